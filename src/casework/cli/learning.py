"""The command learn: what was learned from verdicts, what is offered, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casework.cli.command import SheetOption, command
from casework.cli.decisions import PANEL, WhoOption
from casework.cli.door import Door
from casework.cli.history import (
    EmptyOption,
    ForgetOption,
    FromOption,
    MapOption,
    MatchOption,
    Reading,
    ReportOption,
    SheetOfFile,
    YesOption,
    forget_from,
    learn_from,
)
from casework.cli.learned_versions import as_json, line, tell_version, tell_versions

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from casework.sdk.learned.learning import LearningView
    from casework.sdk.learned.standing import StepLearning
    from casework.sdk.worksheet import Worksheet

_VERSION = "VERSION"
StepArgument = Annotated[
    str, typer.Argument(metavar="[STEP]", help="Only this step.", show_default=False)
]


def _version_option(name: str, help: str) -> object:
    return typer.Option(name, metavar=_VERSION, help=help, show_default=False)


NowOption = Annotated[bool, typer.Option("--now", help="Learn now, whether it is due or not.")]
ShowOption = Annotated[str, _version_option("--show", "Tell all of a version.")]
VersionsOption = Annotated[bool, typer.Option("--versions", help="List all versions.")]
ExportOption = Annotated[str, _version_option("--export", "Write a version to a file.")]
ToOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="The file for --export, a zip.", show_default=False),
]
ImportOption = Annotated[
    Path | None,
    typer.Option(
        "--import",
        metavar="FILE",
        help="Offer a version that was exported elsewhere.",
        show_default=False,
    ),
]
DeleteOption = Annotated[str, _version_option("--delete", "Let a version be gone for good.")]
RefuseOption = Annotated[str, _version_option("--refuse", "Say no to a version on offer.")]
ReasonOption = Annotated[
    str, typer.Option(metavar="TEXT", help="Why, for --refuse.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Put this command into the app."""
    command(
        app,
        "learn",
        panel=PANEL,
        examples=[
            "casework learn",
            "casework learn --now",
            "casework learn --show 'Total 2'",
            "casework learn --export 'Total 2' --to total.zip",
            "casework learn --refuse 'Total 2' --reason 'takes the net amount'",
            "casework learn --from history.xlsx --map 'Vendor=Supplier' --report left.csv",
            "casework learn --from history.xlsx --yes",
        ],
    )(learn)


async def learn(
    door: Door,
    step: StepArgument = "",
    now: NowOption = False,
    show: ShowOption = "",
    versions: VersionsOption = False,
    export: ExportOption = "",
    to: ToOption = None,
    bring: ImportOption = None,
    delete: DeleteOption = "",
    refuse: RefuseOption = "",
    reason: ReasonOption = "",
    source: FromOption = None,
    sheet_name: SheetOfFile = "",
    match: MatchOption = "",
    maps: MapOption = None,
    empty: EmptyOption = "unknown",
    report: ReportOption = None,
    yes: YesOption = False,
    forget: ForgetOption = "",
    who: WhoOption = "",
    worksheet: SheetOption = "",
) -> None:
    """Show what was learned from your verdicts, step by step: examples, what is at work, what is
    offered and why, and when casework learns next.

    A version is named by its step and number ('Total 2') or its id. One that is offered is tried
    like any change: casework compare, then casework adopt.
    """
    given: dict[str, object] = {"now": now, "show": show, "versions": versions, "export": export}
    given |= {"delete": delete, "refuse": refuse, "import": bring, "from": source, "forget": forget}
    _check_one(**given)
    if source is not None:
        how = Reading(sheet_name, match, tuple(maps or ()), empty, report)
        await learn_from(door, source, worksheet=worksheet, how=how, yes=yes)
        return
    if forget:
        await forget_from(door, forget, worksheet=worksheet)
        return
    async with door.worksheet(worksheet) as sheet:
        if show:
            tell_version(door, await sheet.learning.version(show))
        elif versions:
            tell_versions(door, await sheet.learning.versions())
        elif export:
            await _export(door, sheet, export, to)
        elif bring is not None:
            await _import(door, sheet, bring, step)
        elif delete:
            await _delete(door, sheet, delete, who)
        elif refuse:
            await _refuse(door, sheet, refuse, reason, who)
        elif now:
            await _learn_now(door, sheet, step)
        else:
            state = await sheet.learning.state([step] if step else [])
            door.answer(_state_json(state), lambda console: _draw(console, state))


async def _learn_now(door: Door, sheet: Worksheet, step: str) -> None:
    from casework.cli.progress import watching

    chosen = [step] if step else []
    with watching(door, "document") as watch:
        made = await sheet.learning.fit(chosen, on_progress=watch.on_file)
    state = await sheet.learning.state(chosen)

    def draw(console: Console) -> None:
        if not made:
            console.print("There is nothing to learn from yet.")
        _draw(console, state)

    door.answer({"made": [as_json(one) for one in made], **_state_json(state)}, draw)


async def _export(door: Door, sheet: Worksheet, name: str, to: Path | None) -> None:
    found = await sheet.learning.version(name)
    target = to or Path(f"{found.path}-{found.number}.zip")
    written = await sheet.learning.export(found.id, target)
    door.answer({"written": written}, lambda console: console.print(_plain(f"Wrote {written}")))


async def _import(door: Door, sheet: Worksheet, file: Path, step: str) -> None:
    found = await sheet.learning.take_in(file, step=step)
    readers = found.audience.replace("|", " and ") or "everybody"
    told = f"Version {found.number} of {found.path} is offered: casework try --version {found.path}"
    risk = f"It is for {readers}: so says the file, and whoever wrote it could say anything."

    def draw(console: Console) -> None:
        from casework.cli.signs import LOOK
        from casework.cli.terminal import said

        console.print(said(told))
        console.print(said(risk, LOOK), soft_wrap=True)

    door.answer(as_json(found), draw)


async def _refuse(door: Door, sheet: Worksheet, name: str, reason: str, who: str) -> None:
    found = await sheet.learning.refuse(name, reason=reason, who=who)
    told = f"Refused version {found.number} of {found.path}."
    door.answer(as_json(found), lambda console: console.print(_plain(told)))


async def _delete(door: Door, sheet: Worksheet, name: str, who: str) -> None:
    found = await sheet.learning.version(name)
    follows = await sheet.learning.delete(found.id, who=who)
    told = f"Deleted version {found.number} of {found.path}."
    if found.state == "live":
        other = f"version {follows.number}" if follows else "nothing learned"
        told += f" At work is {other} now; casework plan shows what that changes."
    answer = {"deleted": found.id, "at_work": follows.id if follows else None}
    door.answer(answer, lambda console: console.print(told))


def _plain(text: str) -> Text:
    from casework.cli.terminal import said

    return said(text)


def _check_one(**given: object) -> None:
    from casework.base.errors import UsageError

    named = [f"--{name}" for name, value in given.items() if value]
    if len(named) > 1:
        raise UsageError(f"{' and '.join(named)} do not go together.", fix="Give one of them.")


def _state_json(state: LearningView) -> dict[str, object]:
    steps = [
        {
            "step": one.path,
            "name": one.step,
            "audience": one.audience,
            "kind": one.kind,
            "examples": dict(one.examples),
            "next_at": one.next_at,
            "due": one.due,
            "live": as_json(one.live) if one.live else None,
            "offered": as_json(one.offered) if one.offered else None,
            "refused": as_json(one.refused) if one.refused else None,
            "outgrown": as_json(one.outgrown) if one.outgrown else None,
        }
        for one in state.steps
    ]
    return {
        "steps": steps,
        "auto": state.auto,
        "offer": state.offer,
        "trying": state.trying,
        "problem": state.problem,
    }


def _draw(console: Console, state: LearningView) -> None:
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said

    shown = [one for one in state.steps if one.count or one.latest or not one.audience]
    if not shown:
        console.print("No step of this procedure is read in documents, so none learns.")
    for one in shown:
        _draw_step(console, one, state)
    _draw_way(console, shown, state)
    if not state.auto:
        console.print(said("It does not learn by itself (learn.auto): casework learn --now", QUIET))
    if state.problem:
        line(console, "problem", state.problem)


def _draw_step(console: Console, one: StepLearning, state: LearningView) -> None:
    from casework.cli.signs import QUIET
    from casework.cli.terminal import join, said
    from casework.cli.words import many
    from casework.sdk.learned.examples import in_words

    readers = f" for {one.audience.replace('|', ' and ')}" if one.audience else ""
    told = in_words(one.examples) if one.count else "no verdicts yet"
    console.print(join(said(one.step + readers, "bold"), said(f"  {told}", QUIET)))
    if one.live:
        line(console, "at work", f"version {one.live.number}. {one.live.gate.reason}")
    if one.offered:
        line(console, "offered", f"version {one.offered.number}. {one.offered.gate.reason}")
        tried = one.offered.id in state.trying
        line(console, "see it", "casework compare" if tried else _how_to_try(one))
    if one.refused:
        line(console, "refused", f"version {one.refused.number}. {one.refused.reason}")
    left = one.next_at - one.count
    told = f"after {many(left, 'more verdict')}" if left > 0 else "now: casework learn --now"
    line(console, "next", told)


def _draw_way(console: Console, shown: list[StepLearning], state: LearningView) -> None:
    """How what is offered goes to work."""
    from casework.cli.signs import QUIET
    from casework.cli.terminal import said

    offered = [one for one in shown if one.offered]
    trying = [one for one in offered if one.offered and one.offered.id in state.trying]
    if trying:
        told = "What is offered goes to work once you adopt it: casework compare, casework adopt"
        console.print(said(told, QUIET))
    elif len(offered) > 1:
        named = " ".join(f"--version '{one.step}'" for one in offered)
        told = f"All that is offered, tried together: casework try {named}"
        console.print(said(told, QUIET), soft_wrap=True)


def _how_to_try(one: StepLearning) -> str:
    return f"casework try --version '{one.step}'"
