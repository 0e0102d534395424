"""The commands that show what a worksheet rests on: replay and dossier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli import failure
from casework.cli.command import SheetOption, command
from casework.cli.door import Door

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from casework.sdk.replaying import ReplayLine, ReplayReport

PANEL = "Look"
_LINES_SHOWN = 20
_DIGEST_SHOWN = 16


def register(app: typer.Typer) -> None:
    """Put these commands into the app."""
    command(
        app,
        "replay",
        panel=PANEL,
        examples=["casework replay", "casework replay 0199aa", "casework replay last --json"],
    )(replay)
    command(
        app,
        "dossier",
        panel=PANEL,
        examples=["casework dossier", "casework dossier claims -o claims-2026.html"],
    )(dossier)


async def replay(
    door: Door,
    run: Annotated[
        str,
        typer.Argument(
            metavar="[RUN]", help="Its number, its id or the beginning of that; the last one."
        ),
    ] = "last",
    worksheet: SheetOption = "",
) -> int:
    """Do a run again from its record and compare: asks no model, changes nothing.

    Every outcome is worked out again from what it read then; models answer as they did. Exits with
    1 when anything differs.
    """
    from casework.cli.progress import watching

    async with door.worksheet(worksheet) as sheet:
        with watching(door, "outcome") as watch:
            report = await sheet.replaying.replay(run, on_cell=watch.on_file)
    told = {
        "run": report.run,
        "worksheet": report.worksheet,
        "proved": report.proved,
        "outcomes": report.outcomes,
        "equal": report.equal,
        "differing": report.differing,
        "not_replayable": report.not_replayable,
        "from_memory": report.from_memory,
        "recorded_digest": report.recorded_digest,
        "replayed_digest": report.replayed_digest,
    }
    door.answer(told, lambda console: _draw(console, report))
    return 0 if report.proved else failure.FAILED


async def dossier(
    door: Door,
    worksheet: Annotated[
        str,
        typer.Argument(metavar="[WORKSHEET]", help="The worksheet; the only one needs no name."),
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to write it; NAME-dossier.html here."
        ),
    ] = None,
) -> None:
    """Write one HTML page about a worksheet from what is on record: for whoever must judge it.

    Purpose, procedure and its versions, models, data, results and their proof, what people decided,
    limits, failures, costs, what left the machine, digests. It needs nothing else to be opened.
    """
    from casework.base.ids import slug
    from casework.cli.terminal import join, said

    async with door.worksheet(worksheet) as sheet:
        path = output or Path(f"{slug(sheet.name)}-dossier.html")
        written = await sheet.dossier.write(path)
    told = {"worksheet": sheet.name, "file": written.resolve()}
    door.answer(
        told,
        lambda console: console.print(
            join("Wrote ", said(str(written), "bold"), "; open it in a browser."), soft_wrap=True
        ),
    )


def _draw(console: Console, report: ReplayReport) -> None:
    from casework.cli.terminal import said
    from casework.cli.words import clock, many

    run = report.run
    when = clock(run.started_at, with_date=True)
    head = f"Run {run.id} of {report.worksheet}, {when}, procedure version {run.procedure_version}."
    console.print(said(head, "dim"), soft_wrap=True)
    if not report.outcomes:
        console.print("It recorded no outcome of its own: there is nothing to do again.")
        return
    done = report.equal + len(report.differing)
    style = "bold green" if report.proved else "bold red"
    words = f"{report.equal:,} of {many(done, 'outcome')} worked out again: equal."
    if report.equal == done:
        words = f"All {many(done, 'outcome')} worked out again are equal."
    if not done:
        words = "No outcome could be worked out again."
    console.print(said(words, style))
    _draw_lines(console, "differ", report.differing)
    _draw_lines(console, "could not be worked out again", report.not_replayable)
    if report.from_memory:
        told = f"{many(report.from_memory, 'cell')} took an earlier outcome; replay its run for it."
        console.print(said(told, "dim"))
    for name, mark in (("recorded", report.recorded_digest), ("replayed", report.replayed_digest)):
        console.print(said(f"  {name} results  sha256 {mark}", "dim"), soft_wrap=True)


def _draw_lines(console: Console, what: str, lines: Sequence[ReplayLine]) -> None:
    from casework.cli.terminal import join, said

    if not lines:
        return
    console.print(
        f"{len(lines):,} {what}:" if len(lines) > 1 else f"1 {what.replace('differ', 'differs')}:"
    )
    for line in lines[:_LINES_SHOWN]:
        console.print(
            join("  ", said(f"{line.case} · {line.step}", "bold"), said(f"  {line.reason}")),
            soft_wrap=True,
        )
        if line.after:
            console.print(said(f"      then  {line.before}", "dim"), soft_wrap=True)
            console.print(said(f"      now   {line.after}", "dim"), soft_wrap=True)
    if len(lines) > _LINES_SHOWN:
        console.print(said(f"  and {len(lines) - _LINES_SHOWN:,} more; --json has all", "dim"))
