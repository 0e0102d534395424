"""What `add` did, drawn: cases with their files, what could not be read and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from casework.cli.fold import fold
from casework.cli.signs import LOOK, QUIET
from casework.cli.terminal import join, said
from casework.cli.words import listed, many

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.views import Added, AddedCase, AddedFile, Opened
    from casework.types.case import CaseRecord

_CASES_SHOWN = 30
_FILES_SHOWN = 12
"""So many files of a case are drawn; all of them stand in `casework cases`."""
_NOTES_SHOWN = 40
_LEFT_OUT_SHOWN = 30
_USUAL = "Read as "  # what says of a text in which encoding it was read
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
    for mailbox in added.opened:
        _draw_opened(console, mailbox)
    for case in fresh[:_CASES_SHOWN]:
        _draw_case(console, case)
    if len(fresh) > _CASES_SHOWN:
        console.print(said(f"  and {len(fresh) - _CASES_SHOWN:,} more cases", QUIET))
    _draw_again(console, added)
    _draw_notes(console, added)
    draw_unread(console, added)
    _draw_left_out(console, added)
    if not added.files and not added.left_out and not added.opened:
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
        for depth, document in _nested(case.documents):
            kinds = f"  {', '.join(document.kinds)}" if document.kinds else ""
            console.print(join("      " + "  " * depth, said(document.name), said(kinds, QUIET)))
            if document.state != "read":
                _draw_reason(console, document.state, document.reason)


def _draw_case(console: Console, case: AddedCase) -> None:
    files = [file for file in case.files if not file.again]
    mark = "" if case.new else "  (was there before)"
    tree = list(_nested(files))
    if [case.name] == [file.name.rpartition(".")[0] or file.name for _, file in tree]:
        console.print(join("  ", said(tree[0][1].name), said(mark, QUIET)))
        return
    console.print(join("  ", said(case.name), said(mark, QUIET)))
    for depth, file in tree[:_FILES_SHOWN]:
        name = fold(file.name, max(20, console.width - 4 - 2 * depth), 1)
        console.print(said("    " + "  " * depth + "".join(name), QUIET))
    if len(tree) > _FILES_SHOWN:
        more = many(len(tree) - _FILES_SHOWN, "more document")
        console.print(said(f"    and {more}", QUIET))


class _Attached(Protocol):
    """A document that may have been attached to another."""

    @property
    def sha256(self) -> str: ...

    @property
    def parent(self) -> str: ...


_File = TypeVar("_File", bound=_Attached)


def _nested(files: Sequence[_File]) -> Iterator[tuple[int, _File]]:
    """The files with how deep they lie in others; each below the one that it was attached to."""
    depths: dict[str, int] = {}
    for file in files:
        depth = depths[file.parent] + 1 if file.parent in depths else 0
        depths.setdefault(file.sha256, depth)
        yield depth, file


def _draw_opened(console: Console, mailbox: Opened) -> None:
    """How many mails and threads a mailbox held, and what its reader remarked."""
    told = f"{many(mailbox.mails, 'mail')} in {many(mailbox.threads, 'thread')}"
    if mailbox.known:
        told += f", {mailbox.known:,} of them known before"
    console.print(join("  ", said(mailbox.name), said(f": {told}", QUIET)))
    for note in mailbox.notes:
        _draw_note(console, note)


def _draw_notes(console: Console, added: Added) -> None:
    """What readers remark: files left out of an archive, a name that does not fit the content."""
    found = [
        (file, note)
        for file in added.new_files
        for note in file.notes
        if not note.startswith(_USUAL)
    ]
    if not found:
        return
    console.print()
    console.print("Remarks:")
    named = ""
    for file, note in found[:_NOTES_SHOWN]:
        if file.name != named:
            console.print(join("  ", said(file.name)))
            named = file.name
        _draw_note(console, note)
    if len(found) > _NOTES_SHOWN:
        console.print(said(f"  and {len(found) - _NOTES_SHOWN:,} more", QUIET))


def _draw_note(console: Console, note: str) -> None:
    for line in fold(note, max(20, console.width - 6), 3):
        console.print(said(f"      {line}", QUIET))


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


def draw_noticed(console: Console, added: Added, noticed: list[str]) -> None:
    """Documents that were read, but are to be looked at before values from them are relied on."""
    if not noticed:
        return
    names = {file.sha256: file.name for file in added.files}
    shown = [names[sha256] for sha256 in noticed if sha256 in names]
    told = f"! Look at {many(len(noticed), 'document')} first: {listed(shown)}."
    console.print()
    for line in fold(f"{told} What it is: casework documents --flagged", console.width, 4):
        console.print(said(line, LOOK))


def _draw_reason(console: Console, state: str, reason: str) -> None:
    """Why a document gave no text and what to do, as its reader says."""
    told = f"{state.replace('_', ' ')}: {reason}" if reason else state.replace("_", " ")
    if state == "password":  # the reason is for every door; what opens the file is this door's
        told = f"{told} To give it: casework add FILE --password -"
    for line in fold(told, max(20, console.width - 6), 4):
        console.print(said(f"      {line}", LOOK))


def _draw_left_out(console: Console, added: Added) -> None:
    doubles = _doubles(added)
    if not added.left_out and not doubles:
        return
    console.print()
    for file in added.left_out[:_LEFT_OUT_SHOWN]:
        why = said(f"  left out: {file.left_out}", LOOK)
        console.print(join("  ", said(file.name), why))
    if len(added.left_out) > _LEFT_OUT_SHOWN:
        more = f"  and {len(added.left_out) - _LEFT_OUT_SHOWN:,} more files left out"
        console.print(said(more, QUIET))
    for case, file in doubles[:_LEFT_OUT_SHOWN]:
        told = f"  the same bytes are also in {file.same_as}"
        console.print(join("  ", said(f"{case.name} · {file.name}"), said(told, QUIET)))


def _doubles(added: Added) -> list[tuple[AddedCase, AddedFile]]:
    return [(case, file) for case in added.cases for file in case.files if file.same_as]
