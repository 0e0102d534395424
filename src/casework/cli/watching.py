"""The command that feeds a worksheet from a folder: watch."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.base.errors import UsageError
from casework.cli.command import SheetOption, command
from casework.cli.door import Door
from casework.cli.runs import PANEL
from casework.cli.start import CasesOption, ReadersOption

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.news import News
    from casework.sdk.watching import WatchDone, WatchView
    from casework.sdk.workspace import Workspace

_SIGNS = {
    "watching": ("·", ""),
    "arrived": ("→", ""),
    "answered": ("✓", "green"),
    "waits": ("⧗", ""),
    "refused": ("▲", "red"),
    "problem": ("!", "yellow"),
    "ran": ("·", "dim"),
    "stopped": ("·", ""),
}
_WIDEST_SUBJECT = 28


def register(app: typer.Typer) -> None:
    """Put this command into the app."""
    command(
        app,
        "watch",
        panel=PANEL,
        examples=[
            "casework watch ~/inbox --worksheet claims",
            "casework watch",
            "casework watch ~/inbox --readers claims-north",
            "casework watch ~/inbox --once",
            "casework watch --list",
            "casework watch ~/inbox --stop",
        ],
    )(watch)


async def watch(
    door: Door,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            help="The folder; without it all that are watched already.",
            show_default=False,
        ),
    ] = None,
    worksheet: SheetOption = "",
    cases: CasesOption = "",
    no_run: Annotated[
        bool, typer.Option("--no-run", help="Only add what arrives; run nothing.")
    ] = False,
    readers: ReadersOption = "",
    once: Annotated[
        bool,
        typer.Option("--once", help="Take what is complete now, run, and end: for cron."),
    ] = False,
    show: Annotated[bool, typer.Option("--list", help="List the watched folders.")] = False,
    arrivals: Annotated[
        bool, typer.Option("--arrivals", help="List what arrived in FOLDER, and what became of it.")
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Stop watching FOLDER.")] = False,
) -> None:
    """Take files from a folder as they arrive, and run the worksheet.

    A file is taken once, when it is complete. The folder is remembered: after a restart casework
    watch goes on with all folders. Ctrl-C ends it; nothing is lost. With --json each line is one
    JSON document.
    """
    async with door.workspace() as workspace:
        if show:
            _list(door, await workspace.watching.all())
        elif stop or arrivals:
            await _manage(door, workspace, folder, worksheet, arrivals=arrivals)
        else:
            if folder is not None:
                await workspace.watching.add(
                    folder,
                    worksheet=worksheet,
                    cases=cases,
                    run=not no_run,
                    readers=[readers] if readers else [],
                )
            await _run(door, workspace, [folder] if folder else [], once=once)


async def _manage(
    door: Door, workspace: Workspace, folder: Path | None, worksheet: str, *, arrivals: bool
) -> None:
    if folder is None:
        raise UsageError("Which folder?", fix="casework watch --list names those that are watched.")
    if arrivals:
        found = await workspace.watching.arrivals(folder, worksheet=worksheet)
        door.answer({"arrivals": found}, lambda console: _draw_arrivals(console, found))
        return
    ended = await workspace.watching.stop(folder, worksheet=worksheet)
    words = f"{folder} is no longer watched. What was taken stands."
    door.answer({"stopped": ended}, lambda console: console.print(words, soft_wrap=True))


async def _run(door: Door, workspace: Workspace, folders: Sequence[Path], *, once: bool) -> None:
    """Watch until told to stop; Ctrl-C and SIGTERM are how one says so."""
    import asyncio

    hint = not once and not door.json

    def on_news(news: News) -> None:
        nonlocal hint
        if hint:
            door.err.print("Watching; Ctrl-C ends it.", style="dim")
        hint = False
        tell(door, news)

    from casework.cli.telling import telling, told_after_run

    async def watched() -> WatchDone:
        if once:
            done = await workspace.watching.run(*folders, once=True, on_news=on_news)
            await told_after_run(door, workspace)
            return done
        async with telling(workspace):
            return await workspace.watching.run(*folders, on_news=on_news)

    watching = asyncio.ensure_future(watched())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(number, watching.cancel)
    try:
        done = await watching
    except asyncio.CancelledError:
        if not watching.cancelled():
            raise
        if not door.json:
            door.err.print("Stopped. Everything taken is kept; casework watch goes on.")
        return
    if once:
        door.answer(done, lambda console: _draw_once(console, done))


def tell(door: Door, news: News) -> None:
    """One line for one thing that happened."""
    if door.json:
        from casework.cli.as_json import plain

        sys.stdout.write(json.dumps(plain(news), ensure_ascii=True) + "\n")
        sys.stdout.flush()
        return
    from casework.cli.terminal import join, said
    from casework.cli.words import clock, duration

    sign, style = _SIGNS[news.kind]
    took = f"in {duration(news.seconds)}; " if news.seconds is not None else ""
    subject = news.subject
    if len(subject) > _WIDEST_SUBJECT and news.kind in ("watching", "stopped", "problem"):
        subject = f"…{subject[1 - _WIDEST_SUBJECT :]}"
    line = join(
        said(f"{clock(news.at)}  ", "dim"),
        said(f"{sign} ", style),
        said(f"{news.kind:<8}  ", style),
        said(f"{subject}  ", "bold"),
        said(took + news.words, "" if news.kind != "watching" else "dim"),
    )
    door.out.print(line, soft_wrap=True)


def _list(door: Door, views: Sequence[WatchView]) -> None:
    def draw(console: Console) -> None:
        from casework.cli.terminal import join, said
        from casework.cli.words import many

        if not views:
            console.print("No folder is watched. Watch one with: casework watch FOLDER")
        for view in views:
            watch = view.watch
            state = "watched now" if watch.holder else "not watched just now: casework watch"
            if watch.state == "stopped":
                state = "stopped"
            console.print(join(said(watch.folder, "bold"), said(f"  for {view.worksheet}")))
            told = [f"{view.taken:,} taken"]
            told += [f"{view.open:,} not complete yet"] if view.open else []
            told += [f"{many(view.refused, 'file')} refused"] if view.refused else []
            console.print(said(f"  {state}; {', '.join(told)}", "dim"))
            if watch.problem:
                console.print(said(f"  ! {watch.problem}", "yellow"))

    door.answer({"watches": list(views)}, draw)


def _draw_arrivals(console: Console, found: Sequence[object]) -> None:
    from casework.cli.terminal import join, said
    from casework.cli.words import clock
    from casework.types.arrival import ArrivalRecord

    if not found:
        console.print("Nothing has arrived yet.")
    for row in found:
        assert isinstance(row, ArrivalRecord)
        at = clock(row.done_at or row.seen_at, with_date=True)
        why = f"  {row.reason}" if row.reason else ""
        console.print(
            join(
                said(f"{at}  ", "dim"), said(f"{row.state:<8} "), said(row.path), said(why, "dim")
            ),
            soft_wrap=True,
        )


def _draw_once(console: Console, done: WatchDone) -> None:
    from casework.cli.words import many

    told = [f"{many(done.taken, 'file')} taken"]
    told += [f"{done.refused:,} refused"] if done.refused else []
    told += [f"{done.open:,} not complete yet"] if done.open else []
    told += [f"{many(done.answered, 'case')} answered"] if done.answered else []
    told += [f"{many(done.waiting, 'case')} waiting"] if done.waiting else []
    console.print(", ".join(told) + ".")
