"""The command demo: the worked example, told step by step."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import command
from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.demo import Sample
    from casework.sdk.views import CellView, TableView
    from casework.sdk.workspace import Workspace
    from casework.types.run import Plan

PANEL = "Begin"


def register(app: typer.Typer) -> None:
    """Put the command into the app."""
    command(app, "demo", panel=PANEL, examples=["casework demo", "casework demo try --fresh"])(demo)


async def demo(
    door: Door,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]", help="Where; casework-demo when left out.", show_default=False
        ),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Replace the demo that is in the folder.")
    ] = False,
) -> None:
    """Run the worked example on shipped documents: no key, no network, some twenty seconds.

    Invoices, claims and agreements go in; tables of values with their proof come out.
    """
    from casework.sdk.demo import FOLDER, make_demo

    began = time.monotonic()
    path = folder or Path(FOLDER)
    workspace = await make_demo(path, fresh=fresh)
    try:
        tale = _Tale(door, workspace, path)
        await tale.tell()
    finally:
        await workspace.close()
    tale.end(time.monotonic() - began)


class _Tale:
    """The demo as it is told. With --json nothing is said until the end."""

    def __init__(self, door: Door, workspace: Workspace, folder: Path) -> None:
        self._door = door
        self._workspace = workspace
        self._folder = folder
        self._told: dict[str, object] = {"folder": folder.resolve()}

    async def tell(self) -> None:
        """All chapters in order."""
        from casework.sdk.demo import SAMPLES

        self._say(f"This is casework. It makes a workspace in {self._folder} and fills it.")
        for sample in SAMPLES:
            await self._worksheet(sample)
        await self._again()
        await self._late()
        await self._edit()
        await self._waiting()
        await self._picture()

    def end(self, seconds: float) -> None:
        """What to try next."""
        self._told["seconds"] = round(seconds, 2)
        self._door.answer(self._told, lambda console: self._next(console, seconds))

    async def _worksheet(self, sample: Sample) -> None:
        from casework.cli.added import draw_unread
        from casework.cli.progress import watching
        from casework.cli.words import duration, many
        from casework.sdk.demo import add_sample, run_sample, telling_cases

        began = time.monotonic()
        self._chapter(f"{sample.name.capitalize()}: {sample.about}")
        with watching(self._door, "file") as watch:
            added = await add_sample(self._workspace, sample, watch.on_file)
        told = f"{many(len(added.files), 'document')} in {many(len(added.cases), 'case')}"
        self._say(f"Added {told}.")
        if not self._door.json and any(file.state != "read" for file in added.files):
            draw_unread(self._door.out, added)
            self._door.out.print()
        with watching(self._door, "cell") as watch:
            await run_sample(self._workspace, sample, watch.on_progress)
        view = await telling_cases(self._workspace, sample)
        took = duration(time.monotonic() - began)
        self._say(f"Read and ran {many(watch.done, 'cell')} in {took}. Some of the cases:")
        self._told[sample.name] = {"cases": len(added.cases), "cells": watch.done}
        self._table(view, sample)
        await self._needs(sample)

    async def _needs(self, sample: Sample) -> None:
        from casework.cli.summary import draw_summary
        from casework.sdk.summary import summarise

        sheet = await self._workspace.worksheet(sample.name)
        summary = summarise(await sheet.table())
        told = self._told[sample.name]
        assert isinstance(told, dict)
        told["states"] = summary.states
        told["needs_person"] = summary.needing
        if not self._door.json:
            draw_summary(self._door.out, summary, sheet=sample.name, more=False)

    def _table(self, view: TableView, sample: Sample) -> None:
        from casework.cli.grid import names_of
        from casework.cli.tables import draw_table

        if not self._door.json:
            self._door.out.print()
            names = names_of(view)
            fitting = _fitting(view, sample.columns, self._door.out.width, names)
            draw_table(self._door.out, fitting, most=len(view.rows), hints=False, names=names)
            self._door.out.print()

    async def _again(self) -> None:
        from casework.cli.words import duration, many
        from casework.sdk.demo import SAMPLES, run_sample
        from casework.types.run import CAME_TO_WAIT

        self._chapter("The same again")
        began, ran = time.monotonic(), 0
        for sample in SAMPLES:
            run = await run_sample(self._workspace, sample, None)
            ran += sum(run.counts.values()) - run.counts.get(CAME_TO_WAIT, 0)
        took = duration(time.monotonic() - began)
        self._told["second_run_cells"] = ran
        if ran:
            were = "was" if ran == 1 else "were"
            told = f"{many(ran, 'cell')} that had failed before {were} tried once more"
        else:
            told = "nothing was left to do"
        self._say(f"A second run of all three took {took}: {told}.")
        self._say("Same meaning and same inputs: nothing is ever worked out twice.")

    async def _late(self) -> None:
        from casework.cli.progress import watching
        from casework.cli.words import many
        from casework.sdk.demo import LATE_CASE, SAMPLES, add_late, decision_of, run_sample

        self._chapter("A receipt comes late")
        before = await decision_of(self._workspace, "claims", LATE_CASE, "decision")
        added, plan = await add_late(self._workspace)
        file, case = added.files[0], added.cases[0]
        self._say(f"{file.name} names a claim that is known: it joins {case.name}. The plan:")
        self._plan(plan)
        with watching(self._door, "cell") as watch:
            await run_sample(self._workspace, SAMPLES[1], watch.on_progress)
        after = await decision_of(self._workspace, "claims", LATE_CASE, "decision")
        ran = many(watch.done, "cell")
        self._told["late"] = {"case": case.name, "cells": watch.done}
        told = f"{ran} ran, and {LATE_CASE} went from {_outcome(before)} to {_outcome(after)}."
        self._say(told)

    async def _edit(self) -> None:
        from casework.sdk.demo import RULE_AFTER, RULE_BEFORE, RULE_STEP, edit_rule

        self._chapter("A rule is edited")
        path, plan = await edit_rule(self._workspace)
        self._say(f"In {path.name} the rule of {RULE_STEP} was")
        self._say(RULE_BEFORE.strip("`"), indent=4)
        self._say("and is now")
        self._say(RULE_AFTER.strip("`"), indent=4)
        self._say("Nothing has run. What a run would do:")
        self._told["edit_plan_cells"] = plan.count()
        self._plan(plan)

    def _plan(self, plan: Plan) -> None:
        from casework.cli.planned import draw_plan

        if not self._door.json:
            self._door.out.print()
            draw_plan(self._door.out, plan)
            self._door.out.print()

    async def _waiting(self) -> None:
        from casework.sdk.demo import first_waiting

        cell = await first_waiting(self._workspace)
        if cell is None:
            return
        self._chapter("What waits, says for what")
        self._say(f"{cell.case_name} · {cell.step_name} waits for a {cell.waiting_for}:")
        self._say(cell.reason, indent=2)
        self._say("Everything that needs no model went on without it.")

    async def _picture(self) -> None:
        from casework.cli.words import place_of
        from casework.sdk.demo import mark_a_page

        report = await mark_a_page(self._workspace)
        if report is None or not report.citations:
            return
        citation = report.citations[0]
        self._chapter("Every value can be looked up")
        cell = report.cell
        told = f"{cell.case_name} · {cell.step_name} is {cell.shown}: {place_of(citation)} says"
        self._say(f"{told} “{citation.quote}”.")
        self._say(f"The page with the place marked: {citation.picture}")
        self._told["picture"] = citation.picture

    def _next(self, console: Console, seconds: float) -> None:
        from casework.cli.terminal import said
        from casework.cli.words import duration

        console.print()
        console.print(said(f"That took {duration(seconds)}. Try next:", "bold"))
        for text, why in _suggestions(self._folder):
            console.print(said(f"  {text}"), soft_wrap=True)
            console.print(said(f"      {why}", "dim"))

    def _chapter(self, title: str) -> None:
        from casework.cli.terminal import said

        if not self._door.json:
            self._door.out.print()
            self._door.out.print(said(f"── {title}", "bold blue"))

    def _say(self, text: str, *, indent: int = 0) -> None:
        from casework.cli.fold import fold
        from casework.cli.terminal import said

        if self._door.json:
            return
        for line in fold(text, max(20, self._door.out.width - indent), 12):
            self._door.out.print(said(" " * indent + line))


def _fitting(
    view: TableView, columns: tuple[str, ...], width: int, names: dict[str, str]
) -> TableView:
    """As many columns as fit in one table, the most telling first."""
    from casework.cli.grid import spread
    from casework.sdk.demo import only_columns

    for count in range(len(columns), 1, -1):
        smaller = only_columns(view, columns[:count])
        fit = spread(smaller, width, names)
        if fit is not None and len(fit.tables) == 1:
            return smaller
    return only_columns(view, columns[:1])


def _outcome(cell: CellView) -> str:
    """A decision in a sentence: its value, or that it waited or failed."""
    return f"“{cell.shown}”" if cell.shown else cell.state.replace("_", " ")


def _suggestions(folder: Path) -> list[tuple[str, str]]:
    """Commands to try, and what they do."""
    go = f"cd {shlex.quote(str(folder))}"
    return [
        (go, "everything below works from there"),
        ("casework studio", "the same in a browser: the sheet, its cases, the review desk"),
        ("casework show -s invoices", "the whole table; one case: casework show CASE -s invoices"),
        (
            "casework cell MB-2024-03218 payable -s claims",
            "a value with its rule, its inputs and its history",
        ),
        ("casework run -s invoices", "take the edited rule up; only what it changes runs"),
        (
            'casework correct MB-2024-03255 payable "EUR 480.00" -s claims',
            "decide what the machine could not: francs against euros",
        ),
        (
            "casework review -s claims",
            "what wants you, by single keys; it learns from what you say",
        ),
        ("casework export claims.xlsx -s claims", "values and proof for a spreadsheet"),
        (
            "casework settings set model.default ollama:llama3.2",
            "let a model read what needs one; then casework run -s agreements",
        ),
    ]
