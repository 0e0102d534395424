"""Steps with a language model, over the wire against the scripted server."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.values import Json
from tests.sdk.conftest import use_model

TEXT = (
    "Lease\n\nThe rent is EUR 900.00 a month.\nEither party may end it on three months' notice.\n"
)
PROCEDURE = """# Lease
We let flats.

## Rent
- type: money

## Notice
The notice clause.

## Acceptable
- type: choice: yes, no, unclear

Is {Notice} fair for both sides, given {Rent}?
"""
RENT: Json = {
    "status": "found",
    "value": {"amount": "900.00", "currency": "EUR"},
    "quotes": [{"document": "d1", "quote": "The rent is EUR 900.00 a month."}],
    "note": "",
}
NOTICE: Json = {
    "status": "found",
    "value": "Either party may end it on three months' notice.",
    "quotes": [{"document": "d1", "quote": "Either party may end it on three months' notice."}],
    "note": "",
}
ACCEPTABLE: Json = {
    "status": "answered",
    "value": "yes",
    "claims": [{"text": "Both sides may end it on the same notice.", "cells": ["notice"]}],
    "note": "",
}
RULES: list[Json] = [
    {"match": "# Rent", "answer": RENT},
    {"match": "# Notice", "answer": NOTICE},
    {"match": "# Acceptable", "answer": ACCEPTABLE},
]


async def _sheet(folder: Path, workspace: Workspace) -> Worksheet:
    (folder / "lease.md").write_text(PROCEDURE, "utf-8")
    (folder / "lease.txt").write_text(TEXT, "utf-8")
    sheet = await workspace.new_worksheet("leases", folder / "lease.md")
    await sheet.add(folder / "lease.txt")
    return sheet


@pytest.mark.parametrize(
    "dialect", ["openai", "mistral", "openrouter", "ollama", "vllm", "llamacpp"]
)
async def test_every_dialect_gives_quoted_and_reasoned_values(
    dialect: str, server: ScriptedServer, own_configuration: Path, tmp_path: Path
) -> None:
    server.play(rules=RULES, dialect=dialect)
    use_model(own_configuration, server, dialect)
    async with await Workspace.create(tmp_path / dialect) as workspace:
        sheet = await _sheet(tmp_path, workspace)
        await sheet.run()
        rent = await sheet.cell("lease", "Rent")
        assert (rent.cell.shown, rent.cell.proof_word, rent.cell.needs) == (
            "EUR 900.00",
            "quoted",
            "",
        )
        assert rent.citations[0].grade == "exact"
        answer = await sheet.cell("lease", "Acceptable")
        assert (answer.cell.shown, answer.cell.proof_word) == ("yes", "reasoned")
        assert answer.cell.proof.claims[0].steps == ("notice",)
        assert answer.cell.usage.input_tokens > 0
        calls = server.stats().calls
        assert calls == 3
        await sheet.run()
        assert server.stats().calls == calls


async def test_without_a_model_the_step_waits_and_says_what_would_wake_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    sheet = await _sheet(tmp_path, workspace)
    await sheet.run()
    cell = (await sheet.cell("lease", "Acceptable")).cell
    assert (cell.state, cell.waiting_for) == ("waiting", "model")
    assert "model.default" in cell.reason
    assert (await sheet.cell("lease", "Rent")).cell.shown == "EUR 900.00"


async def test_a_quote_that_does_not_stand_there_leaves_the_value_unproved(
    server: ScriptedServer, own_configuration: Path, tmp_path: Path
) -> None:
    invented: Json = {
        "status": "found",
        "value": {"amount": "950.00", "currency": "EUR"},
        "quotes": [{"document": "d1", "quote": "The rent was raised to EUR 950.00 in May."}],
        "note": "",
    }
    server.play(rules=[{"match": "# Rent", "answer": invented}, *RULES[1:]], dialect="openai")
    use_model(own_configuration, server)
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await _sheet(tmp_path, workspace)
        await sheet.run()
        cell = (await sheet.cell("lease", "Rent")).cell
        assert cell.proof_word == "unproved"
        assert "does not stand in the document" in cell.needs


async def test_a_quote_that_says_something_else_is_shown_to_a_person(
    server: ScriptedServer, own_configuration: Path, tmp_path: Path
) -> None:
    wrong: Json = {**RENT, "value": {"amount": "90.00", "currency": "EUR"}}  # type: ignore[dict-item]
    server.play(rules=[{"match": "# Rent", "answer": wrong}, *RULES[1:]], dialect="openai")
    use_model(own_configuration, server)
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await _sheet(tmp_path, workspace)
        await sheet.run()
        report = await sheet.cell("lease", "Rent")
        assert report.citations[0].support == "no"
        assert "says something else" in report.cell.needs


async def test_an_answer_that_does_not_fit_is_repaired_once(
    server: ScriptedServer, own_configuration: Path, tmp_path: Path
) -> None:
    server.play(rules=[{"match": "# Rent", "broken": "json"}, {"answer": RENT}], dialect="openai")
    use_model(own_configuration, server)
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await _sheet(tmp_path, workspace)
        await sheet.run(steps=["Rent"])
        assert (await sheet.cell("lease", "Rent")).cell.shown == "EUR 900.00"
        assert server.stats().calls == 2


async def test_an_answer_that_never_fits_fails_with_the_reason_and_is_set_aside(
    server: ScriptedServer, own_configuration: Path, tmp_path: Path
) -> None:
    server.play(rules=[{"text": "no JSON at all"}], dialect="openai")
    use_model(own_configuration, server)
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await _sheet(tmp_path, workspace)
        await sheet.run(steps=["Rent"])
        failed = (await sheet.cell("lease", "Rent")).cell
        assert failed.state == "failed"
        assert "after one repair" in failed.reason
        await sheet.run(steps=["Rent"])
        assert (await sheet.cell("lease", "Rent")).cell.state == "set_aside"
        calls = server.stats().calls
        await sheet.run(steps=["Rent"])
        assert server.stats().calls == calls


async def test_claims_that_point_to_nothing_make_an_answer_unproved(
    server: ScriptedServer, own_configuration: Path, tmp_path: Path
) -> None:
    bare: Json = {"status": "answered", "value": "no", "claims": [], "note": ""}
    server.play(rules=[*RULES[:2], {"match": "# Acceptable", "answer": bare}], dialect="openai")
    use_model(own_configuration, server)
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await _sheet(tmp_path, workspace)
        await sheet.run()
        cell = (await sheet.cell("lease", "Acceptable")).cell
        assert (cell.shown, cell.proof_word) == ("no", "unproved")
        assert cell.needs


async def test_an_endpoint_that_is_down_sets_nothing_aside(
    server: ScriptedServer, own_configuration: Path, tmp_path: Path
) -> None:
    server.play(rules=[{"error": "unauthorised"}], dialect="openai")
    use_model(own_configuration, server)
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await _sheet(tmp_path, workspace)
        await sheet.run()
        cell = (await sheet.cell("lease", "Rent")).cell
        assert (cell.state, cell.waiting_for) == ("waiting", "model")
        server.play(rules=RULES, dialect="openai")
        await sheet.run()
        assert (await sheet.cell("lease", "Rent")).cell.shown == "EUR 900.00"


async def test_document_text_goes_out_as_data_between_marks_it_cannot_foresee(
    server: ScriptedServer, own_configuration: Path, tmp_path: Path
) -> None:
    server.play(rules=RULES, dialect="openai")
    use_model(own_configuration, server)
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await _sheet(tmp_path, workspace)
        await sheet.run()
    (first, *_) = server.requests()
    body = first["body"]
    assert isinstance(body, dict)
    messages = body["messages"]
    assert isinstance(messages, list)
    system, user = messages
    assert "The rent is" not in str(system)
    assert "<document-" in str(user)


async def test_what_left_and_to_whom_is_recorded(
    server: ScriptedServer, own_configuration: Path, tmp_path: Path
) -> None:
    server.play(rules=RULES, dialect="openai")
    use_model(own_configuration, server)
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await _sheet(tmp_path, workspace)
        await sheet.run()
    async with await Workspace.open(tmp_path / "w") as workspace:
        left = await workspace.outgoing()
    assert len(left) == 3
    assert {call.host for call in left} == {f"127.0.0.1:{server.port}"}
    assert {call.step_id for call in left} == {"rent", "notice", "acceptable"}
    assert all(call.run_id and call.case_id for call in left)


async def test_a_model_without_its_key_makes_its_steps_wait_and_its_return_costs_nothing(
    own_configuration: Path, tmp_path: Path
) -> None:
    settings = own_configuration / "settings.toml"
    async with await Workspace.create(tmp_path / "w") as workspace:
        sheet = await _sheet(tmp_path, workspace)
        await sheet.run()
    settings.write_text('[model]\ndefault = "openai:gpt-5-mini"\n', "utf-8")
    async with await Workspace.open(tmp_path / "w") as workspace:
        sheet = await workspace.worksheet()
        await sheet.run()
        rent = (await sheet.cell("lease", "Rent")).cell
        assert (rent.state, rent.waiting_for) == ("waiting", "model")
        assert "OPENAI_API_KEY" in rent.reason
    settings.unlink()
    async with await Workspace.open(tmp_path / "w") as workspace:
        sheet = await workspace.worksheet()
        assert (await sheet.plan()).remembered >= 1
        await sheet.run()
        assert (await sheet.cell("lease", "Rent")).cell.shown == "EUR 900.00"
