"""How a file is cut, drawn: its parts with their pages, what they are titled, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.signs import LOOK, QUIET
from casework.cli.terminal import join, said
from casework.cli.words import many, page_range

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.splitting import PartView, SplitView
    from casework.sdk.views import Added
    from casework.types.split import SplitRecord

_PARTS_SHOWN = 200
_FILES_SHOWN = 20
_HISTORY_LINES = 8
_SURE, _LIKELY = 0.9, 0.7
_FATES = {
    "stays": "as it was",
    "changes": "other pages now: what reads them runs again",
    "new": "new",
    "comes back": "was there before, and is again",
}


def draw_split(console: Console, found: SplitView, *, done: bool, whole: bool = False) -> None:
    """The parts of a file, as they are or as they would be."""
    console.print(said(_headline(found, done=done, whole=whole), "bold"))
    if whole:
        _draw_gone(console, found)
        return
    for part in found.parts[:_PARTS_SHOWN]:
        _draw_part(console, part, proposed=not found.split, done=done)
    if len(found.parts) > _PARTS_SHOWN:
        console.print(said(f"  and {len(found.parts) - _PARTS_SHOWN:,} more", QUIET))
    _draw_gone(console, found)
    console.print()
    for line in fold(_next(found, done=done), console.width, 4):
        console.print(said(line, QUIET))


def draw_history(console: Console, past: Sequence[SplitRecord]) -> None:
    """How a file was cut, time after time."""
    if not past:
        console.print("It was never split.")
    for record in past:
        pages = ", ".join(page_range(part.first, part.last) for part in record.parts)
        told = f"{record.at[:19].replace('T', ' ')}  {record.how}"
        console.print(join(said(told), said(f"  by {record.who}", QUIET)))
        more = f"into {record.made}: {pages}" if record.parts else ""
        for line in fold(more, max(20, console.width - 6), _HISTORY_LINES):
            console.print(said(f"      {line}", QUIET))


def draw_bundles(console: Console, added: Added, cut: Sequence[SplitView]) -> None:
    """What `add` says of files that look like several documents, and of those that it cut."""
    done = {found.document for found in cut}
    for found in cut:
        console.print()
        draw_split(console, found, done=True)
    files = [file for file in added.new_files if file.parts and file.sha256 not in done]
    if files:
        console.print()
    for file in files[:_FILES_SHOWN]:
        told = f"{file.name} looks like {file.parts} documents: casework split {_quoted(file.name)}"
        console.print(said(told, LOOK), soft_wrap=True)
    if len(files) > _FILES_SHOWN:
        console.print(said(f"and {len(files) - _FILES_SHOWN:,} more files", QUIET))


def _headline(found: SplitView, *, done: bool, whole: bool) -> str:
    pages = many(found.pages, "page")
    if whole:
        return f"{found.name} is one document again, {pages}."
    count = many(len(found.parts), "part")
    what = {"cases": "each a case", "documents": "each a document of its case"}[found.made]
    if found.split:
        return f"{found.name}: {pages} {'cut' if done else 'are cut'} into {count}, {what}."
    if len(found.parts) == 1:
        return f"{found.name}: {pages}, which look like one document."
    sure = "looks like" if found.bundle else "may be"
    return f"{found.name}: {pages}; it {sure} {many(len(found.parts), 'document')}."


def _draw_part(console: Console, part: PartView, *, proposed: bool, done: bool) -> None:
    named = " · ".join(dict.fromkeys(w for w in (part.title, part.document_number) if w))
    head = join(said(f"{part.number:>4}  ", QUIET), said(page_range(part.first, part.last), "bold"))
    console.print(join(head, said(f"  {named}" if named else "")), soft_wrap=True)
    lines = []
    if part.line and part.line not in named:
        lines.append(f"begins: {part.line}")
    if proposed and part.reason:
        lines.append(f"{_sure(part.sure)}: {part.reason}" if part.number > 1 else part.reason)
    if not proposed and part.case_name:
        fate = _FATES.get(part.fate, "") if done else ""
        lines.append(f"case {part.case_name}{f' ({fate})' if fate else ''}")
    for line in (one for told in lines for one in fold(told, max(20, console.width - 6), 3)):
        console.print(said(f"      {line}", QUIET))


def _draw_gone(console: Console, found: SplitView) -> None:
    for name in found.gone:
        told = f"  {name} has no pages any more; it is kept aside and comes back with its pages."
        console.print(said(told, LOOK), soft_wrap=True)


def _next(found: SplitView, *, done: bool) -> str:
    name = _quoted(found.name)
    if found.split:
        change = f"Not right? casework split {name} --at PAGES, --cut PAGES, --join 2-3, --whole."
        return f"{change} See what a run would do: casework plan." if done else change
    if len(found.parts) == 1:
        return f"To cut it all the same: casework split {name} --at PAGES or --each-page."
    return (
        f"Nothing is changed yet. As proposed: casework split {name} --accept; otherwise "
        "--at PAGES (cut before these), --join 2-3 (parts to one) or --each-page."
    )


def _sure(sure: float) -> str:
    return "sure" if sure >= _SURE else "likely" if sure >= _LIKELY else "perhaps"


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
