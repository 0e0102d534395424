"""Written documents and second readers in a worksheet, from the procedure's file to the result."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.errors import NotFoundError, UsageError
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.values import Json
from tests.sdk.conftest import invoice, use_model

PROCEDURE = """# Invoice check

## Net
- type: money

## VAT
- type: money

## Memo
- type: document

### Amounts
State {Net} and {VAT}.

## Letter
- type: document
- template: yes

### Our payment

We pay {Net}.

{Memo}

## Long
`len({Memo}) > 10`
"""


def found(amount: str, quote: str) -> Json:
    quotes: list[Json] = [{"document": "d1", "quote": quote}]
    value: Json = {"amount": amount, "currency": "EUR"}
    return {"status": "found", "value": value, "quotes": quotes, "note": ""}


def sentence(text: str, *cells: str) -> Json:
    return {"text": text, "form": "sentence", "cells": list(cells)}


MEMO: Json = {
    "sentences": [
        sentence("The net amount is EUR 100.00 and the VAT is EUR 19.00.", "net", "vat"),
        sentence("The invoice is a forgery.", "net"),
    ]
}
NET = {"match": "# Net$", "answer": found("100.00", "Net amount: EUR 100.00")}
VAT = {"match": "# VAT$", "answer": found("19.00", "VAT 19 %: EUR 19.00")}
WRITES = {"match": "## Amounts", "answer": MEMO}


async def sheet_of(
    workspace: Workspace, tmp_path: Path, procedure: str, *invoices: str
) -> Worksheet:
    path = tmp_path / "check.md"
    path.write_text(procedure, "utf-8")
    for number, text in enumerate(invoices or (invoice("A-1"),)):
        (tmp_path / f"case{number}.txt").write_text(text, "utf-8")
    sheet = await workspace.new_worksheet("check", path)
    await sheet.add(*sorted(tmp_path.glob("case*.txt")))
    return sheet


@pytest.fixture
async def written(
    own_configuration: Path, tmp_path: Path, server: ScriptedServer
) -> AsyncIterator[Worksheet]:
    use_model(own_configuration, server)
    server.play({"rules": [WRITES, NET, VAT]})
    async with await Workspace.create(tmp_path / "written") as workspace:
        sheet = await sheet_of(workspace, tmp_path, PROCEDURE)
        await sheet.run()
        yield sheet


async def test_a_document_is_shown_with_the_places_behind_its_cells(written: Worksheet) -> None:
    view = await written.written.of("case0", "Memo")
    assert "The net amount is EUR 100.00 and the VAT is EUR 19.00.[^net][^vat] ⚠" in view.markdown
    assert "EUR 100.00 — case0.txt, line 6: “Net amount: EUR 100.00”" in view.markdown
    assert (view.title, len(view.sentences), view.unsupported) == ("Memo", 2, 1)
    assert "1 of 2 sentences are not supported" in view.needs


async def test_the_table_says_how_well_a_document_is_borne(written: Worksheet) -> None:
    with pytest.raises(UsageError, match="Which document"):
        await written.written.of("case0")
    with pytest.raises(UsageError, match="Net is no document"):
        await written.written.of("case0", "Net")
    (row,) = (await written.table()).rows
    cells = {cell.step_id: cell for cell in row.cells}
    assert cells["memo"].shown == "Memo, 2 sentences, 1 not supported"
    assert cells["letter"].shown.startswith("Our payment, ")
    assert cells["letter"].needs == "rests on Memo, which is not proved"
    assert cells["long"].shown == "yes"


async def test_a_second_run_writes_nothing_anew(written: Worksheet, server: ScriptedServer) -> None:
    calls = server.stats().calls
    plan = await written.plan()
    assert plan.groups == ()
    await written.run()
    assert server.stats().calls == calls


async def test_a_person_edits_a_document_and_the_edited_text_holds(written: Worksheet) -> None:
    text = "# Memo\n\nThe net amount is EUR 100.00.\n"
    cell = await written.correct("case0", "Memo", text)
    assert cell.value == {"markdown": text.strip()}
    assert cell.shown == "Memo, 8 words"
    await written.run()
    letter = await written.written.of("case0", "Letter")
    assert "The net amount is EUR 100.00.\n" in letter.markdown
    assert "forgery" not in letter.markdown


async def test_documents_are_taken_along_as_files(written: Worksheet, tmp_path: Path) -> None:
    path = await written.written.save("case0", "Letter", tmp_path / "to" / "letter.md")
    assert path.read_text("utf-8").startswith("# Our payment\n\nWe pay EUR 100.00[^net].\n")
    assert len(await written.written.save_all(tmp_path / "all")) == 2
    await written.export(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig") as source:
        (row,) = csv.DictReader(source)
    assert row["Memo"] == "Memo, 2 sentences, 1 not supported"
    folder = tmp_path / "out-documents"
    assert sorted(path.name for path in folder.iterdir()) == ["case0-letter.md", "case0-memo.md"]
    assert (folder / "case0-memo.md").read_text("utf-8").startswith("# Memo\n\n## Amounts\n")


async def test_a_document_that_is_not_written_yet_says_why(
    workspace: Workspace, tmp_path: Path
) -> None:
    sheet = await sheet_of(workspace, tmp_path, PROCEDURE)
    await sheet.run()
    with pytest.raises(NotFoundError, match="has no Memo yet: needs a model"):
        await sheet.written.of("case0", "Memo")


async def test_equal_cells_of_two_cases_share_a_document_and_each_shows_its_own_places(
    own_configuration: Path, tmp_path: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    server.play({"rules": [WRITES, NET, VAT]})
    async with await Workspace.create(tmp_path / "two") as workspace:
        texts = (invoice("A-1"), invoice("A-2"))
        sheet = await sheet_of(workspace, tmp_path, PROCEDURE, *texts)
        await sheet.run()
        first, second = [await sheet.written.of(case, "Memo") for case in ("case0", "case1")]
        assert server.stats().calls == 5
        assert "case0.txt" in first.markdown
        assert "case1.txt" in second.markdown
        assert "case0.txt" not in second.markdown


SECOND = "# Invoice check\n\n## Net\n- type: money\n"


async def test_switching_a_second_reader_on_does_not_pay_the_first_again(
    own_configuration: Path, tmp_path: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    right = found("100.00", "Net amount: EUR 100.00")
    server.play({"rules": [{"answer": right}]})
    async with await Workspace.create(tmp_path / "second") as workspace:
        sheet = await sheet_of(workspace, tmp_path, SECOND, invoice("A-1"), invoice("A-2"))
        await sheet.run()
        assert server.stats().calls == 2
        server.play({"rules": [{"model": "^two$", "answer": right}, {"error": "bad_request"}]})
        sheet.procedure_path.write_text(SECOND + "- second: test:two\n", "utf-8")
        run = await sheet.run()
        assert server.stats().calls == run.usage.calls == 2
        report = await sheet.cell("case0", "Net")
        readings = report.cell.proof.readings
        assert [(one.who, one.agrees) for one in readings] == [
            ("test:scripted", True),
            ("test:two", True),
        ]
        assert readings[0].citations[0].quote == "Net amount: EUR 100.00"
        assert (await sheet.plan()).groups == ()


async def test_a_disagreement_is_a_conflict_that_a_person_settles(
    own_configuration: Path, tmp_path: Path, server: ScriptedServer
) -> None:
    use_model(own_configuration, server)
    rules: list[Json] = [
        {"model": "^two$", "answer": found("19.00", "VAT 19 %: EUR 19.00")},
        {"answer": found("100.00", "Net amount: EUR 100.00")},
    ]
    server.play({"rules": rules})
    async with await Workspace.create(tmp_path / "conflict") as workspace:
        procedure = SECOND + "- second: test:two\n\n## Twice\n`{Net} * 2`\n"
        sheet = await sheet_of(workspace, tmp_path, procedure)
        await sheet.run()
        (row,) = (await sheet.table()).rows
        net, twice = row.cells
        assert net.absence == "conflict"
        assert "test:scripted says EUR 100.00" in net.needs
        assert "test:two says EUR 19.00" in net.needs
        assert (twice.state, twice.waiting_for) == ("waiting", "input")
        await sheet.correct("case0", "Net", "100.00 EUR")
        await sheet.run()
        (row,) = (await sheet.table()).rows
        assert row.cells[1].shown == "EUR 200.00"
