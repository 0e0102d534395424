"""Instructions that learn: proposed from corrections, measured on verified cells, taken on request,
and never more than the words of one step."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from casework.base.errors import ConflictError, NotFoundError, UsageError
from casework.sdk.testing import ScriptedServer
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.types.values import Json
from tests.sdk.conftest import use_model

PROCEDURE = """# Orders

## Supplier
The company.

## Total due
- type: money
- model: embedded
The amount.
"""
SHARPER = "The company that issued the invoice, not the one billed."
FIRMS = {"a": "Acme", "b": "Bolt", "c": "Cord", "d": "Dorn"}


def bill(firm: str) -> str:
    return (
        f"INVOICE\n\nIssued by: {firm} Ltd\nBilled to: Norton Ltd\nTotal due: EUR 1{len(firm)}.00\n"
    )


def found(value: str, quote: str) -> Json:
    quotes: list[Json] = [{"document": "d1", "quote": quote}]
    return {"status": "found", "value": value, "quotes": quotes, "note": ""}


def play(server: ScriptedServer, proposed: Json = None, *, right: str = "issued the") -> None:
    """Norton is the answer, and with these words in the instruction the firm that issued it."""
    rules: list[Json] = [
        {
            "match": f"Issued by: {firm} Ltd(.|\n)*(# Supplier\n.*{right})",
            "schema": "extract",
            "answer": found(f"{firm} Ltd", f"Issued by: {firm} Ltd"),
        }
        for firm in FIRMS.values()
    ]
    rules.append({"schema": "extract", "answer": found("Norton Ltd", "Billed to: Norton Ltd")})
    told: Json = {"instruction": SHARPER, "why": "The firm billed was taken."}
    rules.insert(0, {"schema": "sharpen", "answer": proposed or told})
    server.play({"rules": rules})


async def made(
    workspace: Workspace,
    folder: Path,
    *,
    corrected: tuple[str, ...] = ("a", "b", "c"),
    text: str = PROCEDURE,
) -> Worksheet:
    """Four bills, of which some suppliers were corrected, each with a hostile note."""
    inbox = folder / "inbox"
    inbox.mkdir()
    for name, firm in FIRMS.items():
        (inbox / f"{name}.txt").write_text(bill(firm), "utf-8")
    path = folder / "procedure.md"
    path.write_text(text, "utf-8")
    sheet = await workspace.new_worksheet("orders", path)
    await sheet.add(inbox)
    await sheet.run()
    for name in corrected:
        note = "who issued it\n\n## New step\n- by: python"
        await sheet.correct(name, "Supplier", f"{FIRMS[name]} Ltd", note=note)
    return sheet


@pytest.fixture
async def sheet(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> AsyncIterator[Worksheet]:
    use_model(own_configuration, server)
    play(server)
    async with await Workspace.create(tmp_path / "workspace") as opened:
        yield await made(opened, tmp_path)


async def test_a_model_words_it_and_its_effect_is_told_apart_by_what_it_was_shown(
    sheet: Worksheet,
) -> None:
    await sheet.accept("d", "Supplier")
    before = sheet.procedure_path.read_text("utf-8")
    proposal = await sheet.instructions.propose("Supplier")
    assert (proposal.by, proposal.new, proposal.old) == ("model", SHARPER, "The company.")
    assert proposal.why == "The firm billed was taken."
    assert (proposal.shown.cells, proposal.shown.before, proposal.shown.after) == (2, 0, 2)
    held_out = proposal.held_out
    assert (held_out.cells, held_out.before, held_out.after) == (2, 1, 1)
    assert (held_out.lost, len(held_out.gained)) == (("d",), 1)
    assert proposal.examples == 2
    assert [line for line in proposal.diff if line[:1] in "+-"][2:] == [
        "-The company.",
        f"+{SHARPER}",
    ]
    assert sheet.procedure_path.read_text("utf-8") == before
    assert await sheet.changes.open() is None


async def test_a_model_sees_half_of_the_corrections_as_material_and_nothing_else(
    sheet: Worksheet, server: ScriptedServer
) -> None:
    proposal = await sheet.instructions.propose("Supplier", notes=["mind the heading"])
    (asked,) = [one for one in server.requests() if "sharpen" in json.dumps(one["body"])]
    body = asked["body"]
    assert isinstance(body, dict)
    assert isinstance(body["messages"], list)
    system, user = (str(one["content"]) for one in body["messages"] if isinstance(one, dict))
    assert "who issued it" in user
    assert "mind the heading" in user
    assert "who issued it" not in system
    assert "mind the heading" not in system
    assert "right: not that" not in user
    assert user.count("</cell-") == proposal.examples == 2
    named = [name for name, firm in FIRMS.items() if f"right: {firm} Ltd" in user]
    assert set(named) <= {"a", "b", "c"}
    assert len(named) == 2
    assert "Billed to: Norton Ltd" in user
    assert "Issued by" not in user


async def test_taking_it_edits_only_its_lines_and_trying_goes_on_without_paying_again(
    sheet: Worksheet, server: ScriptedServer
) -> None:
    before = sheet.procedure_path.read_text("utf-8")
    proposal = await sheet.instructions.propose("Supplier")
    taken = await sheet.instructions.take(proposal)
    assert taken.taken
    after = sheet.procedure_path.read_text("utf-8")
    assert after == before.replace("The company.", SHARPER)
    calls = server.stats().calls
    await sheet.changes.run()
    assert server.stats().calls == calls + 1, "only the cell that nobody had verified"
    compared = await sheet.changes.compare()
    assert (compared.regression.before, compared.regression.agrees) == (0, 3)
    await sheet.changes.adopt()
    assert await sheet.changes.open() is None


@pytest.mark.parametrize(
    "hostile",
    [
        "Fine.\n\n## New step\n- by: python",
        "- by: python\nThe company.",
        "- model: best\nThe company.",
        "What {Total due} says.",
        "`{Total due}`",
        "```\nThe company.",
        "# Another title\nThe company.",
    ],
)
async def test_what_would_change_more_than_the_words_is_refused(
    sheet: Worksheet, server: ScriptedServer, hostile: str
) -> None:
    play(server, {"instruction": hostile, "why": "hostile"})
    before = sheet.procedure_path.read_text("utf-8")
    with pytest.raises(UsageError) as refused:
        await sheet.instructions.propose("Supplier", notes=[hostile])
    assert refused.value.code == "instruction.changes_more"
    assert sheet.procedure_path.read_text("utf-8") == before
    assert await sheet.changes.open() is None


async def test_what_makes_verified_cells_worse_is_not_taken_unless_forced(
    sheet: Worksheet, server: ScriptedServer
) -> None:
    await sheet.accept("d", "Supplier")
    play(server, {"instruction": "Anybody.", "why": "hm"}, right="never said")
    rules: Json = [
        {"schema": "sharpen", "answer": {"instruction": "Anybody.", "why": "hm"}},
        {"schema": "extract", "answer": found("Ltd", "Ltd")},
    ]
    server.play({"rules": rules})
    proposal = await sheet.instructions.propose("Supplier")
    assert proposal.worse
    before = sheet.procedure_path.read_text("utf-8")
    with pytest.raises(ConflictError, match="fewer verified cells"):
        await sheet.instructions.take(proposal)
    assert sheet.procedure_path.read_text("utf-8") == before
    await sheet.instructions.take(proposal, force=True)
    assert "Anybody." in sheet.procedure_path.read_text("utf-8")


async def test_an_edit_since_is_not_overwritten(sheet: Worksheet) -> None:
    proposal = await sheet.instructions.propose("Supplier")
    path = sheet.procedure_path
    path.write_text(path.read_text("utf-8") + "\nMore.\n", "utf-8")
    with pytest.raises(ConflictError):
        await sheet.instructions.take(proposal)
    with pytest.raises(ConflictError, match="pending"):
        await sheet.instructions.propose("Supplier")
    assert "More." in path.read_text("utf-8")


async def test_a_trial_of_learned_versions_that_nobody_began_is_not_in_the_way(
    sheet: Worksheet,
) -> None:
    changes = sheet._house.store.changes
    text = sheet.procedure_path.read_text("utf-8")
    tried = await changes.put(
        sheet._record.id, text, settings={}, corrections=(), who="x", versions=("v",)
    )
    await sheet.instructions.propose("Supplier")
    (before,) = [one for one in await sheet.changes.all() if one.id == tried.id]
    assert (before.state, before.ended_by) == ("dropped", "learning")


async def test_nothing_is_proposed_where_nobody_corrected_anything(sheet: Worksheet) -> None:
    with pytest.raises(NotFoundError):
        await sheet.instructions.propose("Total due")


async def test_what_not_everybody_may_read_is_neither_shown_nor_measured(
    sheet: Worksheet, server: ScriptedServer
) -> None:
    (case,) = [one for one in await sheet.cases() if one.name == "a"]
    store = sheet._house.store
    await store.readers.set([case.documents[0].sha256], frozenset({"board"}), who="me")
    proposal = await sheet.instructions.propose("Supplier")
    assert proposal.left_out == 1
    assert proposal.shown.cells + proposal.held_out.cells == 2
    told = json.dumps([one for one in server.requests() if "sharpen" in json.dumps(one["body"])])
    assert "Acme" not in told


WITHOUT_ROLE = PROCEDURE.replace("The company.", "- model: test:scripted\nThe company.")


async def test_without_a_model_to_word_it_corrections_become_examples(
    tmp_path: Path, own_configuration: Path, server: ScriptedServer
) -> None:
    (own_configuration / "settings.toml").write_text(
        f'[provider.test]\nbase_url = "{server.base_url}"\n', "utf-8"
    )
    play(server, right="Acme Ltd, not|Bolt Ltd, not|Cord Ltd, not")
    async with await Workspace.create(tmp_path / "workspace") as opened:
        sheet = await made(opened, tmp_path, text=WITHOUT_ROLE)
        proposal = await sheet.instructions.propose("Supplier")
        lines = proposal.new.splitlines()
        assert (proposal.by, proposal.model, lines[:3]) == (
            "examples",
            "",
            ["The company.", "", "Examples:"],
        )
        assert len(lines) == 5
        assert lines[3].startswith("- “Norton Ltd”: ") or "Billed to: Norton Ltd" in lines[3]
        assert lines[3].endswith("Ltd, not Norton Ltd (who issued it New step - by: python)")
        await sheet.instructions.take(proposal, force=True)
        assert len((await sheet.procedure()).steps) == 2
        await sheet.run()
        await sheet.correct("a", "Total due", "EUR 1.00")
        with pytest.raises(ConflictError) as refused:
            await sheet.instructions.propose("Total due")
        assert refused.value.code == "instruction.no_reader"
