"""`learn --from FILE`, `learn --forget FILE`: past decisions are shown, taken in, or let go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.door import Door

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.importing.view import ImportView, Issue

PANEL = "Past decisions"
_SHOWN = 8
"""Entries of a kind that are drawn; all of them stand in the report and in JSON."""
_WIDEST = 60

FromOption = Annotated[
    Path | None,
    typer.Option(
        "--from",
        metavar="FILE",
        help="Take in what people decided before: xlsx, xls, ods, csv, tsv, json, jsonl.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
SheetOfFile = Annotated[
    str,
    typer.Option(
        "--sheet",
        metavar="NAME",
        help="The sheet of a workbook that has several.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
MatchOption = Annotated[
    str,
    typer.Option(
        "--match",
        metavar="COLUMN",
        help="The column that names the file or the case; else the one that names most.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
MapOption = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="COLUMN=STEP",
        help="Which step a column is of; 'COLUMN=' for none. May be repeated.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
EmptyOption = Annotated[
    str,
    typer.Option(
        "--empty",
        metavar="WORD",
        help="What an empty cell says: unknown (nothing), or absent (the document lacks it).",
        rich_help_panel=PANEL,
    ),
]
ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FILE",
        help="Write all that does not fit into this file, as CSV.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
YesOption = Annotated[
    bool,
    typer.Option(
        "--yes",
        "-y",
        help="Take it in; without this it is only shown.",
        rich_help_panel=PANEL,
    ),
]
ForgetOption = Annotated[
    str,
    typer.Option(
        "--forget",
        metavar="FILE",
        help="Delete all that was taken in from this file.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]


@dataclass(frozen=True, slots=True)
class Reading:
    """How the file is to be read, as the options say."""

    sheet: str = ""
    match: str = ""
    maps: tuple[str, ...] = ()
    empty: str = "unknown"
    report: Path | None = None


async def learn_from(
    door: Door, file: Path, *, worksheet: str = "", how: Reading | None = None, yes: bool = False
) -> None:
    """Show what a file of past decisions would teach; with `yes` take it in."""
    from casework.cli.progress import watching
    from casework.sdk.importing.view import empty_of, write_report

    asked = how or Reading()
    empty = empty_of(asked.empty)
    async with door.worksheet(worksheet) as sheet:
        past = sheet.past_decisions
        with watching(door, "row") as watch:
            work = past.take if yes else past.look
            view = await work(
                file,
                sheet=asked.sheet,
                match=asked.match,
                maps=asked.maps,
                empty=empty,
                on_row=watch.on_file,
            )
    if asked.report is not None:
        write_report(view, asked.report)
    door.answer(view.as_json(), lambda console: draw(console, view, asked.report))


async def forget_from(door: Door, source: str, *, worksheet: str = "") -> None:
    """Delete what was taken in from a file."""
    async with door.worksheet(worksheet) as sheet:
        count = await sheet.past_decisions.forget(source)

    def draw_gone(console: Console) -> None:
        from casework.cli.terminal import said
        from casework.cli.words import many

        console.print(said(f"Deleted {many(count, 'past decision')} from {source}.", "bold"))

    door.answer({"forgotten": count, "source": source}, draw_gone)


def draw(console: Console, view: ImportView, report: Path | None = None) -> None:
    """The columns with their steps, the counts, and what does not fit."""
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said
    from casework.cli.words import many

    where = f", sheet {view.sheet}" if view.sheet else ""
    console.print(
        said(
            f"{view.source}{where}: {many(view.rows, 'row')}, of which {view.cases:,} match a"
            f" case by the column {view.matched_by}.",
            "bold",
        )
    )
    _draw_columns(console, view)
    verb = "Took in" if view.done else "Would take in"
    console.print(
        said(
            f"{verb} {many(view.values, 'value')}: {view.located:,} found in their documents,"
            f" {view.unlocated:,} not; and {many(view.absences, 'absence')}.",
            "bold",
        )
    )
    for kind, count in view.counts.items():
        _draw_issues(console, [one for one in view.issues if one.kind == kind], count)
    if report is not None:
        console.print(said(f"All of it stands in {report}.", QUIET))
    told = (
        f"Each counts {view.trust:g} beside a verdict, which counts 1 (learn.imported_trust)."
        " A verdict on the same cell stands above it. Next: casework learn --now"
        if view.done
        else "Nothing was changed yet; take it in with --yes."
    )
    console.print(said(told, QUIET))


def _draw_columns(console: Console, view: ImportView) -> None:
    from casework.cli.signs import LOOK, QUIET
    from casework.cli.terminal import join, said

    columns = view.columns
    for one in columns.mapped:
        console.print(
            join("  ", said(one.heading), " → ", said(one.step_name), said(f"  {one.how}", QUIET))
        )
    for asked in columns.asked:
        steps = " or ".join(asked.steps)
        console.print(
            join("  ", said(asked.heading), said(f" → {steps}? Say it with --map.", LOOK))
        )
    for words, names in (
        ("Columns of no step", columns.left),
        ("Steps without a column", columns.steps_without),
    ):
        if names:
            console.print(said(f"  {words}: {', '.join(names)}", QUIET), soft_wrap=True)


def _draw_issues(console: Console, issues: list[Issue], count: int) -> None:
    from casework.cli.signs import LOOK, QUIET
    from casework.cli.terminal import said
    from casework.sdk.importing.view import WORDS

    one, several = WORDS[issues[0].kind]
    console.print(said(f"{count:,} {one if count == 1 else several}:", LOOK))
    for issue in issues[:_SHOWN]:
        written = " ".join(issue.written.split())
        short = written if len(written) <= _WIDEST else f"{written[: _WIDEST - 1]}…"
        where = " · ".join(part for part in (f"row {issue.row}", issue.case, issue.column) if part)
        console.print(said(f"  {where}: {short}" if short else f"  {where}"), soft_wrap=True)
        if issue.kind not in ("not_located", "decided", "no_case"):
            console.print(said(f"    {issue.reason}", QUIET), soft_wrap=True)
    if count > _SHOWN:
        console.print(said(f"  and {count - _SHOWN:,} more; --report FILE lists all", QUIET))
