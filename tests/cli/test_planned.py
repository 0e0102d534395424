"""Plans, additions, progress and faults, drawn from values made by hand."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from casework.base.clock import FrozenClock
from casework.cli import planned
from casework.cli.added import draw_added
from casework.cli.door import Door
from casework.cli.progress import watching
from casework.cli.words import age, duration, listed, many, money
from casework.sdk.views import Added, AddedCase, AddedFile
from casework.types.run import Plan, PlanGroup, PlannedCascade, PlannedStage, Progress
from casework.types.usage import Usage
from tests.cli.views import SHA


def group(**changes: object) -> PlanGroup:
    """Ten new cells."""
    told = {
        "step_id": "net",
        "step_name": "Net",
        "why": "new",
        "detail": "",
        "certain": True,
        "cells": 10,
        "verified": 0,
        "remembered": 0,
        "calls": 0,
    }
    return PlanGroup(**{**told, **changes})  # type: ignore[arg-type]


def drawn(draw: object, *values: object) -> str:
    """What is drawn, as one line."""
    console = Console(file=io.StringIO(), width=100, highlight=False, markup=False)
    draw(console, *values)  # type: ignore[operator]
    assert isinstance(console.file, io.StringIO)
    return " ".join(console.file.getvalue().split())


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (Plan("s", (), 214, {}), "Nothing to do: 214 cells stand."),
        (Plan("s", (), 1, {"model": 2}), "Nothing to do: 1 cell stands; 2 cells wait."),
        (
            Plan("s", (group(cells=12), group(certain=False, cells=24)), 0, {}),
            "A run would compute 12 cells and perhaps 24 more, without asking a model.",
        ),
        (
            Plan("s", (group(certain=False, cells=1),), 0, {}),
            "A run would compute perhaps 1 cell, without asking a model.",
        ),
        (
            Plan("s", (group(calls=8, remembered=2),), 0, {}, cost_usd=0.5, seconds=90.0),
            "A run would compute 10 cells, 2 of them from memory, with 8 model calls:"
            " about $0.50, 1 min 30 s.",
        ),
        (
            Plan("s", (group(calls=10),), 0, {}),
            "A run would compute 10 cells, with 10 model calls; what they use is not known yet.",
        ),
    ],
)
def test_a_plan_is_one_plain_sentence(plan: Plan, sentence: str) -> None:
    assert planned.plan_sentence(plan) == sentence


def test_every_reason_of_the_engine_has_words() -> None:
    for why in planned._WHY:
        text = drawn(planned.draw_plan, Plan("s", (group(why=why),), 0, {}))
        assert planned._WHY[why] in text


def test_a_plan_shows_changes_counts_and_what_waits() -> None:
    plan = Plan(
        "s",
        (group(verified=2, remembered=3, calls=7),),
        5,
        {"model": 4, "person": 1},
        ("Remark: set model.default",),
        changes=("Net: the rule is new.",),
    )
    text = drawn(planned.draw_plan, plan)
    assert "2 cells among them were verified by a person" in text
    assert "Asked for: - Net: the rule is new." in text
    edited = drawn(planned.draw_plan, replace(plan, new_version=True))
    assert "The procedure was edited: - Net: the rule is new." in edited
    assert "Step Why cells verified from mem. calls" in text
    assert "5 cells wait : 4 for a model, 1 for a person." in text.replace("wait:", "wait :")
    assert "- Remark: set model.default" in text


def test_added_files_tell_attachments_doubles_and_what_was_left_out() -> None:
    files = (
        AddedFile("mail.eml", SHA, "read", notes=("Read as cp1252 text.", "It is signed.")),
        AddedFile("bill.pdf", SHA, "needs_ocr", "Only pictures. Run OCR.", parent=SHA),
        AddedFile("copy.txt", SHA, "read", same_as="CLM-2"),
    )
    added = Added(
        "folder",
        (AddedCase("1", "CLM-1", True, files), AddedCase("2", "CLM-2", False, files[:1])),
        (AddedFile("x.pdf", SHA, "read", left_out="the same bytes are there"),),
    )
    text = drawn(draw_added, added)
    assert "Added 4 documents in 1 new case and in 1 case known before." in text
    assert "CLM-1 mail.eml bill.pdf copy.txt" in text
    assert "Remarks: mail.eml It is signed." in text
    assert "cp1252" not in text
    assert "! 1 document could not be read" in text
    assert "needs ocr: Only pictures. Run OCR." in text
    assert "x.pdf left out: the same bytes are there" in text
    assert "CLM-1 · copy.txt the same bytes are also in CLM-2" in text
    assert "each folder is a case" in text


def test_where_there_is_no_terminal_progress_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(Door(), "cell") as watch:
        for done in range(50):
            watch.on_progress(Progress("r", done, 50, "one", "Net", "value", reused=done % 2 == 0))
    assert watch.done == 49
    assert watch.reused == 25
    assert capsys.readouterr().err == ""


def test_on_a_terminal_progress_shows_counts_place_and_cost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door = Door()
    screen = io.StringIO()
    door.__dict__["err"] = Console(file=screen, force_terminal=True, width=120, color_system=None)
    used = Usage(calls=3, cost_usd=0.25)
    with watching(door, "cell") as watch:
        watch.on_progress(Progress("r", 30, 120, "CLM-1", "Net", "value", usage=used))
    text = screen.getvalue()
    assert "30 of 120 cells" in text
    assert "CLM-1 · Net" in text
    assert "3 calls, $0.25" in text


def test_with_json_progress_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(Door(json=True), "file") as watch:
        watch.on_file(1, 2, "a.pdf")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.03, "0.03 s"), (1.25, "1.2 s"), (12.4, "12 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("passed_s", "words"),
    [(5, "just now"), (61, "1 minute ago"), (7200, "2 hours ago"), (200_000, "2 days ago")],
)
def test_an_age_is_said_in_its_largest_unit(passed_s: float, words: str) -> None:
    clock = FrozenClock()
    since = clock.now().isoformat()
    clock.advance(passed_s)
    assert age(since, clock.now()) == words


def test_counts_and_sums_read_well() -> None:
    assert [many(n, "cell") for n in (0, 1, 1200)] == ["0 cells", "1 cell", "1,200 cells"]
    assert [money(x) for x in (None, 0.0, 0.0042, 12.5)] == [
        "cost unknown",
        "$0.00",
        "$0.0042",
        "$12.50",
    ]
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_a_plan_with_every_count_fits_a_narrow_terminal() -> None:
    console = Console(width=80, file=io.StringIO())
    crowded = group(verified=2, remembered=3, calls=7, step_name="A step with a long name")
    perhaps = replace(crowded, certain=False)
    planned.draw_plan(console, Plan("s", (crowded, perhaps), 0, {}))
    assert isinstance(console.file, io.StringIO)
    rows = [line for line in console.file.getvalue().splitlines() if "from mem." in line]
    assert rows
    assert rows[0].endswith("calls")


def test_a_plan_says_who_is_expected_to_read_how_many() -> None:
    stages = (
        PlannedStage("embedded", 1.0, 400, 0, 0.0),
        PlannedStage("house:big", 0.31, 124, 124, 0.19),
        PlannedStage("a person", None, None),
    )
    cascade = PlannedCascade("net", "Net", 400, stages, "by how sure they were of 200 cells")
    told = drawn(planned.draw_plan, Plan("s", (group(cells=400),), 0, {}, cascades=(cascade,)))
    assert (
        "Net: who is expected to read 400 cells embedded 100% 400 house:big 31% 124 about $0.19"
        " a person not known yet - By how sure they were of 200 cells." in told
    )
