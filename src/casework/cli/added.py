"""What `add` did, drawn: cases with their files, what could not be read and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.signs import LOOK, QUIET
from casework.cli.terminal import join, said
from casework.cli.words import many

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.views import Added, AddedCase, AddedFile
    from casework.types.case import CaseRecord

_CASES_SHOWN = 30
_HOW = {
    "file": "each file is a case",
    "folder": "each folder is a case",
    "thread": "each mail thread is a case",
}


def draw_added(console: Console, added: Added) -> None:
    """Cases with their files, then files that need something, then how they were grouped."""
    fresh = [case for case in added.cases if any(not file.again for file in case.files)]
    new = sum(case.new for case in fresh)
    known = len(fresh) - new
    told = [many(len(added.new_files), "document")]
    if new:
        told.append(f"in {many(new, 'new case')}")
    if known:
        told.append(f"{'and ' if new else ''}in {many(known, 'case')} known before")
    console.print(said("Added " + " ".join(told) + ".", "bold"))
    for case in fresh[:_CASES_SHOWN]:
        _draw_case(console, case)
    if len(fresh) > _CASES_SHOWN:
        console.print(said(f"  and {len(fresh) - _CASES_SHOWN:,} more cases", QUIET))
    _draw_again(console, added)
    draw_unread(console, added)
    _draw_left_out(console, added)
    if not added.files and not added.left_out:
        console.print(
            "No file was found that could be added. Look into the folder, then add again."
        )
        return
    console.print()
    how = _HOW.get(added.grouping, f"cases by {added.grouping}")
    console.print(said(f"Grouped so that {how}.", QUIET))
    if new:
        change = (
            "Not right? Before the run: casework move DOCUMENT --case A --to B, or another "
            "worksheet with --cases file|folder|thread|key:PATTERN."
        )
        for line in fold(change, console.width, 4):
            console.print(said(line, QUIET))


def draw_cases(console: Console, cases: list[CaseRecord]) -> None:
    """Every case with its documents."""
    if not cases:
        console.print("No case yet. Add documents with: casework add FILES")
    for number, case in enumerate(cases, 1):
        aside = f"  ! set aside: {case.set_aside}" if case.set_aside else ""
        head = join(said(f"{number:>4}  ", QUIET), said(case.name, "bold"), said(aside, LOOK))
        console.print(head)
        for document in case.documents:
            kinds = f"  {', '.join(document.kinds)}" if document.kinds else ""
            console.print(join("      ", said(document.name), said(kinds, QUIET)))
            if document.state != "read":
                _draw_reason(console, document.state, document.reason)


def _draw_case(console: Console, case: AddedCase) -> None:
    files = [file for file in case.files if not file.again]
    names = [file.name + (" (attached)" if file.parent else "") for file in files]
    mark = "" if case.new else "  (was there before)"
    if [case.name] == [file.name.rpartition(".")[0] or file.name for file in files]:
        console.print(join("  ", said(names[0]), said(mark, QUIET)))
        return
    console.print(join("  ", said(case.name), said(mark, QUIET)))
    for line in fold(", ".join(names), max(20, console.width - 4), 4):
        console.print(said(f"    {line}", QUIET))


def _draw_again(console: Console, added: Added) -> None:
    """Documents that their cases had, and what reading them anew changed."""
    found = [(case, file) for case in added.cases for file in case.files if file.again]
    if found:
        console.print("Read again, with another result:")
    for case, file in found:
        console.print(join("  ", said(file.name), said(f"  in {case.name}", QUIET)))
        for line in fold(file.again, max(20, console.width - 6), 4):
            console.print(said(f"      {line}", QUIET))


def draw_unread(console: Console, added: Added) -> None:
    """Documents that gave no text: why, and what to do."""
    found = [(case, file) for case in added.cases for file in case.files if file.state != "read"]
    if not found:
        return
    console.print()
    count = many(len(found), "document")
    told = f"! {count} could not be read; the rest of each case goes on without:"
    console.print(said(told, LOOK))
    for case, file in found:
        console.print(join("  ", said(file.name), said(f"  in {case.name}", QUIET)))
        _draw_reason(console, file.state, file.reason)


def _draw_reason(console: Console, state: str, reason: str) -> None:
    """Why a document gave no text and what to do, as its reader says."""
    told = f"{state.replace('_', ' ')}: {reason}" if reason else state.replace("_", " ")
    for line in fold(told, max(20, console.width - 6), 4):
        console.print(said(f"      {line}", LOOK))


def _draw_left_out(console: Console, added: Added) -> None:
    doubles = _doubles(added)
    if not added.left_out and not doubles:
        return
    console.print()
    for file in added.left_out:
        why = said(f"  left out: {file.left_out}", LOOK)
        console.print(join("  ", said(file.name), why))
    for case, file in doubles:
        told = f"  the same bytes are also in {file.same_as}"
        console.print(join("  ", said(f"{case.name} · {file.name}"), said(told, QUIET)))


def _doubles(added: Added) -> list[tuple[AddedCase, AddedFile]]:
    return [(case, file) for case in added.cases for file in case.files if file.same_as]
