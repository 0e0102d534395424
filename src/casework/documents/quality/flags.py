"""What a person should know of a document before relying on it, from its report: what it is, where,
and what to do. Says it calmly; decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from casework.documents.quality.language import name_of
from casework.types.document import RemarkKind
from casework.types.quality import Quality, QualityFlag

_HOW: dict[RemarkKind, str] = {
    "invisible": "cannot be seen",
    "tiny": "is too small to be read",
    "off_page": "stands beside the page",
    "covered": "lies under something else",
    "unlike_picture": "is not what the page shows",
}
_SERIOUS_CONFIDENCE = 0.6
_SERIOUS_SHARE = 0.2
"""Of the pages of a document: doubtful ones from this share on make it serious."""
_MOST_NUMBERS = 8
_HIDDEN_FIX = (
    "Steps do not read it. Read it yourself (casework documents DOCUMENT), compare with the page"
    " (casework page DOCUMENT), and ask for a clean copy if it is meant to deceive."
)


def flags_of(state: str, reason: str, quality: Quality) -> tuple[QualityFlag, ...]:
    """The flags of a document by itself, serious ones first."""
    found = [*_unread(state, reason), *_hidden(quality), *_recognised(quality), *_others(quality)]
    return tuple(sorted(found, key=lambda flag: not flag.serious))


def pages_named(numbers: Iterable[int], of: int = 0) -> str:
    """`page 3`, `pages 3 to 7 and 9`, or `every page` when they are all of so many."""
    wanted = sorted(set(numbers))
    if of and len(wanted) == of:
        return "every page" if of > 1 else "its page"
    runs = [
        [number for _, number in group]
        for _, group in groupby(enumerate(wanted), key=lambda pair: pair[1] - pair[0])
    ]
    told = [_run(run) for run in runs]
    if len(told) > _MOST_NUMBERS:
        left = sum(len(run) for run in runs[_MOST_NUMBERS:])
        told = [*told[:_MOST_NUMBERS], f"{left:,} more"]
    listed = f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]
    return f"page{'s' if len(wanted) > 1 else ''} {listed}"


def _run(numbers: Sequence[int]) -> str:
    if len(numbers) > 2:
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(map(str, numbers))


def _unread(state: str, reason: str) -> Iterator[QualityFlag]:
    if state != "read":
        words = state.replace("_", " ")
        yield QualityFlag("unreadable", f"Not read ({words}).", reason, serious=True)


def _hidden(quality: Quality) -> Iterator[QualityFlag]:
    """One flag for what is hidden, one for a text layer that says something else."""
    unseen = tuple(each for each in quality.hidden if each.kind != "unlike_picture")
    if unseen:
        pages = tuple(sorted({each.page for each in unseen}))
        ways = list(dict.fromkeys(_HOW.get(each.kind, "is hidden") for each in unseen))
        words = sum(each.words for each in unseen)
        more = " or more" if quality.hidden_more else ""
        told = f"{words:,}{more} word{'s' if words != 1 else ''}" if words else "Text"
        yield QualityFlag(
            "hidden_text",
            f"Hidden text on {pages_named(pages)}: {told} that {_listed(ways)}.",
            _HIDDEN_FIX,
            pages,
            serious=True,
            quotes=unseen,
        )
    unlike = tuple(each for each in quality.hidden if each.kind == "unlike_picture")
    if unlike:
        pages = tuple(sorted({each.page for each in unlike}))
        yield QualityFlag(
            "unlike_picture",
            f"The text of {pages_named(pages, quality.pages)} is not what the page shows.",
            "Values from there may be wrong: compare with the page (casework page DOCUMENT).",
            pages,
            serious=True,
            quotes=unlike,
        )


def _recognised(quality: Quality) -> Iterator[QualityFlag]:
    if quality.low_pages:
        pages = tuple(low.page for low in quality.low_pages)
        worst = min(low.confidence for low in quality.low_pages)
        poor = sum(low.poor_words for low in quality.low_pages)
        yield QualityFlag(
            "poor_recognition",
            f"Recognition is doubtful on {pages_named(pages, quality.pages)}:"
            f" {poor:,} poor word{'s' if poor != 1 else ''}, confidence {worst:.0%} at worst.",
            "Check values from there against the picture, or scan again at 300 dpi.",
            pages,
            serious=worst < _SERIOUS_CONFIDENCE or len(pages) > _SERIOUS_SHARE * quality.pages,
        )
    if quality.unread_pages and quality.words:
        yield QualityFlag(
            "unread_pages",
            f"Not read, only a picture: {pages_named(quality.unread_pages, quality.pages)}.",
            "Values from there are missing. pip install 'casework[ocr]', then add it again.",
            quality.unread_pages,
            serious=True,
        )


def _others(quality: Quality) -> Iterator[QualityFlag]:
    if quality.damaged_pages:
        yield QualityFlag(
            "damaged_pages",
            f"Damaged: {pages_named(quality.damaged_pages, quality.pages)}.",
            "Ask for the file anew, or save it anew from the program that made it.",
            quality.damaged_pages,
            serious=True,
        )
    if quality.garbled_pages:
        yield QualityFlag(
            "garbled_text",
            f"Letters are damaged on {pages_named(quality.garbled_pages, quality.pages)}.",
            "Save it as UTF-8, or as PDF from the program that made it.",
            quality.garbled_pages,
        )
    by_language: dict[str, list[int]] = {}
    for other in quality.other_languages:
        by_language.setdefault(other.language, []).append(other.page)
    for language, numbers in by_language.items():
        name = name_of(language)
        pages = tuple(numbers)
        yield QualityFlag("other_language", f"In {name}: {pages_named(numbers)}.", pages=pages)
    if quality.empty_pages and len(quality.empty_pages) < quality.pages:
        told = pages_named(quality.empty_pages)
        yield QualityFlag("empty_pages", f"Empty: {told}.", pages=quality.empty_pages)


def _listed(ways: Sequence[str]) -> str:
    return ways[0] if len(ways) == 1 else f"{', '.join(ways[:-1])} or {ways[-1]}"
