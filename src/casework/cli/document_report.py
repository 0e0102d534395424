"""What is known of documents, drawn: the list with its flags, the report of one, what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.cli.fold import fold
from casework.cli.signs import LOOK, QUIET
from casework.cli.terminal import join, said
from casework.cli.words import many, page_range

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from casework.sdk.documents import Difference, DocumentView
    from casework.sdk.likenesses import LikeView
    from casework.types.quality import HiddenText, QualityFlag

_NAME_WIDEST, _CASE_WIDEST = 40, 24
_FACTS_LEAST = 16
"""Columns that what is known of a document needs, to be laid out beside its name."""
_FLAG_LINES, _QUOTE_LINES, _NOTE_LINES = 4, 4, 6
_MOST_CHANGES = 60
_KINDS = {
    "same_text": "same text",
    "nearly_same": "nearly the same",
    "part": "one stands in the other",
    "similar": "similar",
}


def draw_list(
    console: Console,
    views: Sequence[DocumentView],
    count: int,
    *,
    next_page: int = 0,
    flagged: bool = False,
) -> None:
    """One line a document, below it what is to be known of it."""
    if not views:
        told = "No document has a serious flag." if flagged and count else "No document yet."
        console.print(told if flagged or count else f"{told} Add some: casework add FILES")
        return
    name_width = min(_NAME_WIDEST, max(len(view.name) for view in views), console.width // 2)
    case_width = min(_CASE_WIDEST, max(len(view.case_name) for view in views))
    for view in views:
        _draw_line(console, view, name_width, case_width)
    console.print()
    serious = sum(view.serious for view in views)
    told = f"{len(views):,} of {many(count, 'document')}"
    if serious:
        told += f"; {serious:,} to look at (!)"
    if next_page:
        told += f"; more with: casework documents --page {next_page}, or --all"
    console.print(said(told, QUIET))
    console.print(said("One in full: casework documents DOCUMENT", QUIET))


def _draw_line(console: Console, view: DocumentView, name_width: int, case_width: int) -> None:
    mark = said("! ", LOOK) if view.serious else said("  ")
    name = (fold(view.name, name_width, 1) or [""])[0]
    case = (fold(view.case_name, case_width, 1) or [""])[0]
    indent = name_width + case_width + 6
    room = console.width - indent
    first, *further = fold(_facts(view), room if room >= _FACTS_LEAST else 999, 3)
    facts = said(f"  {first}", QUIET)
    console.print(
        join(mark, said(name.ljust(name_width), "bold"), said(f"  {case.ljust(case_width)}"), facts)
    )
    for line in further:
        console.print(said(" " * indent + line, QUIET))
    for flag in view.flags:
        _draw_flag(console, flag, fix=False)


def _facts(view: DocumentView) -> str:
    """`12 pages, 3,201 words, English, 87 % recognised`."""
    quality = view.quality
    told = [many(view.pages, "page"), many(view.words, "word")]
    if view.first_page:
        told.insert(0, f"{page_range(view.first_page, view.last_page)} of a file")
    if view.words:
        told.append(_language(quality.language))
    if quality.recognised_words:
        told.append(f"{quality.recognised_share:.0%} recognised")
    if view.readers is not None:
        told.append(f"open to {', '.join(sorted(view.readers)) or 'nobody'}")
    return ", ".join(told)


def _language(code: str) -> str:
    from casework.sdk.documents import language_name

    return language_name(code) if code else "language unknown"


def draw_flags(console: Console, views: Sequence[DocumentView]) -> None:
    """What is serious about the documents of a case, above its values."""
    for view in views:
        console.print(join(said("! ", LOOK), said(view.name, "bold")))
        for flag in view.flags:
            if flag.serious:
                _draw_flag(console, flag, fix=True)
    if views:
        console.print()


def _draw_flag(console: Console, flag: QualityFlag, *, fix: bool) -> None:
    style = LOOK if flag.serious else QUIET
    for line in fold(flag.text, max(20, console.width - 6), _FLAG_LINES):
        console.print(said(f"    {line}", style))
    if fix and flag.fix:
        for line in fold(flag.fix, max(20, console.width - 6), _FLAG_LINES):
            console.print(said(f"    {line}", QUIET))


def _reader(view: DocumentView) -> str:
    return f"read by {view.reader}" if view.reader else "read by nothing"


def draw_one(console: Console, view: DocumentView) -> None:
    """The whole report of a document."""
    console.print(join(said(view.name, "bold"), said(f"  in {view.case_name}", QUIET)))
    rows = [
        ("holds", _facts(view)),
        ("format", ", ".join(filter(None, (view.media_type, _reader(view))))),
        ("sha256", view.sha256),
    ]
    if view.quality.confidence is not None:
        pages = many(len(view.quality.recognised_pages), "page")
        told = f"{pages}, mean confidence {view.quality.confidence:.0%}"
        rows.insert(1, ("recognised", told))
    if view.readers is not None:
        rows.append(("open to", ", ".join(sorted(view.readers)) or "nobody"))
    for name, text in rows:
        for number, line in enumerate(fold(text, max(20, console.width - 14), _NOTE_LINES)):
            head = said(f"  {name if number == 0 else '':<12}", QUIET)
            console.print(join(head, said(line)))
    for note in view.notes:
        for line in fold(note, max(20, console.width - 4), _NOTE_LINES):
            console.print(said(f"  {line}", QUIET))
    console.print()
    if not view.flags:
        console.print("  Nothing about it needs a person.")
    for flag in view.flags:
        sign = said("! ", LOOK) if flag.serious else said("  ")
        lines = fold(flag.text, max(20, console.width - 4), _FLAG_LINES)
        for number, line in enumerate(lines):
            style = LOOK if flag.serious else ""
            console.print(join(sign if number == 0 else said("  "), said(line, style)))
        for quote in flag.quotes:
            _draw_hidden(console, quote)
        for line in fold(flag.fix, max(20, console.width - 4), _FLAG_LINES):
            console.print(said(f"  {line}", QUIET))
    if view.alike:
        console.print()
        _draw_likes(console, view.alike)


def _draw_hidden(console: Console, found: HiddenText) -> None:
    """The hidden words themselves, as what they are: untrusted text of the document."""
    head = f"page {found.page}, untrusted text of the document: "
    text = f"“{found.text}”" if found.text else "(no words)"
    text += f" ({found.detail})" if found.detail else ""
    for line in fold(head + text, max(20, console.width - 8), _QUOTE_LINES):
        console.print(said(f"      {line}"))


def draw_alike(console: Console, view: DocumentView) -> None:
    """The documents that are like this one."""
    twins = [flag for flag in view.flags if flag.code == "same_bytes"]
    if not view.alike:
        if not twins:
            told = f"No other document in the workspace is like {view.name}."
            console.print(said(told))
        for flag in twins:
            console.print(said(flag.text))
        return
    console.print(said(view.name, "bold"))
    for flag in twins:
        console.print(said(f"  {flag.text}"))
    _draw_likes(console, view.alike)
    other = view.alike[0].sha256[:12]
    told = f"What differs: casework alike {view.sha256[:12]} {other}"
    console.print(said(told, QUIET))


def _draw_likes(console: Console, likes: Sequence[LikeView]) -> None:
    from casework.sdk.likenesses import percent

    console.print(said("  like it", "bold"))
    for like in likes:
        where = f"{like.name} in {like.case_name}"
        if like.homes > 1:
            where += f" and {many(like.homes - 1, 'more case')}"
        told = f"{_KINDS[like.kind]}, {percent(like.share)} of the text"
        if like.version:
            told += ", a version by its name"
        console.print(join(said(f"    {like.sha256[:12]}  ", QUIET), said(where)))
        console.print(said(f"                  {told}", QUIET))


def draw_difference(console: Console, name: str, other: str, found: Difference) -> None:
    """What two documents do not have in common, piece by piece."""
    from casework.sdk.likenesses import percent

    told = f"{percent(found.share)} of their words stand in both {name} and {other}."
    console.print(said(told, "bold"))
    if not found.changes:
        console.print("No words differ.")
    room = max(20, console.width - 16)
    for change in found.changes[:_MOST_CHANGES]:
        for sign, piece in (("-", change.here), ("+", change.there)):
            if not piece.page:
                continue
            for number, line in enumerate(fold(piece.text, room, _QUOTE_LINES)):
                page = f"p. {piece.page}" if number == 0 else ""
                console.print(join(said(f"  {sign} {page:<7} ", QUIET), said(line)))
    more = len(found.changes) - _MOST_CHANGES
    if more > 0:
        console.print(said(f"  and {more:,} more places", QUIET))


def listed_json(view: DocumentView) -> dict[str, object]:
    """A document in a list: what one filters by."""
    quality = view.quality
    return {
        "name": view.name,
        "sha256": view.sha256,
        "case": view.case_name,
        "state": view.state,
        "pages": view.pages,
        "words": view.words,
        "language": quality.language or None,
        "recognised_share": round(quality.recognised_share, 4),
        "confidence": quality.confidence,
        "serious": view.serious,
        "readers": None if view.readers is None else sorted(view.readers),
        "flags": [flag_json(flag) for flag in view.flags],
    }


def flag_json(flag: QualityFlag) -> dict[str, object]:
    """A flag; what is quoted in it is text of the document, not to be trusted."""
    return {
        "code": flag.code,
        "serious": flag.serious,
        "text": flag.text,
        "fix": flag.fix or None,
        "pages": flag.pages,
        "untrusted_text": flag.quotes,
    }


def one_json(view: DocumentView) -> dict[str, object]:
    """The whole report of a document."""
    return {
        **listed_json(view),
        "case_id": view.case_id,
        "media_type": view.media_type,
        "reader": view.reader,
        "reason": view.reason or None,
        "size": view.size,
        "added_at": view.added_at,
        "attached_to": view.attached_to or None,
        "first_page": view.first_page or None,
        "last_page": view.last_page or None,
        "notes": view.notes,
        "quality": view.quality,
        "alike": [like_json(like) for like in view.alike],
    }


def like_json(like: LikeView) -> dict[str, object]:
    """A document that is like another one."""
    return {
        "name": like.name,
        "sha256": like.sha256,
        "kind": like.kind,
        "share": round(like.share, 4),
        "case": like.case_name,
        "worksheet": like.worksheet,
        "later": like.later,
        "version": like.version,
    }


def difference_json(found: Difference) -> dict[str, object]:
    """What two documents do not have in common."""
    return {"share": round(found.share, 4), "changes": found.changes}
