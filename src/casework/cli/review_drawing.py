"""An item under review on the screen: what is asked, what the machine found and where, and which
keys there are. Asks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.cli.evidence import draw_quote
from casework.cli.fold import fold
from casework.cli.signs import LOOK, PROVED, QUIET, WRONG
from casework.cli.terminal import join, said
from casework.cli.words import GRADES, SUPPORTS, duration, many, place_of

if TYPE_CHECKING:
    from rich.console import Console

    from casework.sdk.agreement import Agreement
    from casework.sdk.desk.pages import PageShown
    from casework.sdk.desk.views import Answered, ReviewItem, Statistics
    from casework.sdk.views import CitationView

_INSTRUCTION_LINES = 3
_QUOTES = 3
_TEXT_LINES = 200
_STRENGTH = {"exact": PROVED, "normalised": PROVED, "fuzzy": LOOK, "none": WRONG}
_SUPPORTED = {"yes": PROVED, "no": WRONG, "cannot_tell": LOOK}
_BECAUSE = {
    "audit": "picked at random, to check the machine: read it yourself first",
    "second": "somebody has read it before you: read it once more, by yourself",
}
HELP = (
    ("Enter, a", "accept what was found"),
    ("c", "correct it: type what is right"),
    ("n", "it is not in the document"),
    ("u", "it is there and cannot be read"),
    ("r", "reject: it is wrong, and you cannot say what is right"),
    ("e", "add a note to your answer: why"),
    ("s", "skip: it comes back at the end"),
    ("z", "undo your last answer"),
    ("i", "the whole instruction"),
    ("p", "the page as a picture; again for the next page"),
    ("t", "the page as text; again for the next page"),
    ("q", "stop; nothing is lost"),
)
BLIND_HELP = (("Enter, c", "type what stands in the document"), *HELP[2:4], *HELP[5:])


def draw_item(console: Console, item: ReviewItem, *, keys: bool) -> None:
    """All that is to be seen before the answer."""
    progress = item.progress
    whole = progress.number + progress.left - 1
    console.print()
    console.rule(style=QUIET)
    head = said(f"{item.case} · {item.step}", "bold")
    count = said(f"{progress.number:,} of {whole:,}  ", QUIET)
    console.print(join(count, head, said(f"  {item.type_words}", QUIET)))
    _lines(console, f"why: {_BECAUSE.get(item.kind, item.because)}", LOOK)
    for line in fold(item.instruction, max(20, console.width - 2), _INSTRUCTION_LINES):
        console.print(join("  ", said(line)))
    if not item.blind:
        _draw_found(console, item)
    elif item.options:
        _lines(console, f"one of: {', '.join(item.options)}", QUIET)
    if keys:
        console.print()
        for line in fold(_keys(item), max(20, console.width), 3):
            console.print(said(line, QUIET))


def draw_instruction(console: Console, item: ReviewItem) -> None:
    """The instruction in full."""
    for paragraph in (item.instruction or "There is none beyond its name.").splitlines():
        for line in fold(paragraph, max(20, console.width - 4), _TEXT_LINES) or [""]:
            console.print(join("  ", said(line)))


def draw_help(console: Console, item: ReviewItem) -> None:
    """Every key with what it does."""
    for key, words in BLIND_HELP if item.blind else HELP:
        console.print(join("  ", said(f"{key:<9}", "bold"), said(words)))


def draw_text(console: Console, page: PageShown) -> None:
    """A page as text."""
    title = f"{page.document_name}, page {page.page} ({page.number} of {page.count})"
    console.print(said(title, "bold"))
    lines = page.text.splitlines()
    for told in lines[:_TEXT_LINES]:
        for line in fold(told, max(20, console.width - 4), _TEXT_LINES) or [""]:
            console.print(join("  ", said(line)))
    if len(lines) > _TEXT_LINES:
        console.print(said(f"  … and {many(len(lines) - _TEXT_LINES, 'more line')}", QUIET))


def draw_answered(console: Console, answered: Answered) -> None:
    """What became of an answer."""
    if answered.kept == "read":
        console.print(said(f"✓ Kept as a second reading: {answered.shown}", PROVED))
    elif answered.kept == "rejected":
        console.print(said("✗ Rejected; what depends on it waits.", WRONG))
    elif answered.item.blind and answered.agrees is False:
        told = f"≠ You say {answered.shown}; the machine found {answered.machine}."
        _lines(console, told, LOOK)
    elif answered.item.blind:
        _lines(console, f"✓ You and the machine agree: {answered.shown}", PROVED)
    else:
        verb = "Accepted" if answered.kept == "accepted" else "Corrected"
        _lines(console, f"✓ {verb}: {answered.shown}", PROVED)
    if answered.remark:
        _lines(console, answered.remark, LOOK)


def draw_end(console: Console, told: Statistics, readers: Agreement | None) -> None:
    """How the sitting went; `readers` is how often two who read the same cell agreed."""
    console.print()
    kinds = [
        f"{count} {'read again' if kind == 'read' else kind}" for kind, count in told.kinds.items()
    ]
    parts = [f"{told.answered:,} done" + (f" ({', '.join(kinds)})" if kinds else "")]
    parts.append(f"{told.left:,} left")
    if told.elsewhere:
        parts.append(f"{told.elsewhere:,} with others")
    console.print(said("; ".join(parts) + ".", "bold"))
    if told.seconds is not None:
        agreed = f"; you said what the machine had found in {told.agreed} of {told.compared}"
        every = f"{duration(told.seconds)} each, as a rule{agreed if told.compared else ''}."
        console.print(said(every, QUIET))
    if readers is not None and readers.decided:
        both = f"Two people who read the same cell agreed on {readers.agreed} of {readers.decided}."
        console.print(said(both, QUIET))
    if told.kinds.get("corrected") or told.kinds.get("rejected"):
        again = "What depends on what you changed is done again by: casework run"
        console.print(said(again, QUIET))


def _draw_found(console: Console, item: ReviewItem) -> None:
    console.print()
    if item.held:
        _lines(console, f"a person said {item.held}; the machine now finds:", WRONG)
    if item.acceptable or item.absence:
        told = item.shown or str(item.absence).replace("_", " ")
        for number, line in enumerate(fold(told, max(20, console.width - 10), 40)):
            head = "  found   " if number == 0 else " " * 10
            console.print(join(said(head, QUIET), said(line, "bold")))
    else:
        console.print(join(said("  found   ", QUIET), said("nothing that could be accepted")))
    if not item.shown and item.reason and item.reason not in item.because:
        _lines(console, item.reason, QUIET)
    if item.confidence is not None:
        console.print(said(f"  sure    {item.confidence:.0%}", QUIET))
    for citation in item.citations[:_QUOTES]:
        _draw_citation(console, citation, compared=bool(item.shown))
    if len(item.citations) > _QUOTES:
        more = many(len(item.citations) - _QUOTES, "more place")
        console.print(said(f"  and {more}: casework show '{item.case}' '{item.step}'", QUIET))
    if item.rule:
        _lines(console, f"rule: {item.rule}", QUIET)
    for read in item.inputs:
        _lines(console, f"{read.step}: {read.shown}", "")
    for other in item.others:
        mark = said("✓ ", PROVED) if other.agrees else said("✗ ", WRONG)
        console.print(join("  ", mark, said(f"{other.who} reads {other.shown}")))


def _draw_citation(console: Console, citation: CitationView, *, compared: bool) -> None:
    _lines(console, place_of(citation), QUIET)
    draw_quote(console, citation.before, citation.quote, citation.after)
    grade = said(GRADES.get(citation.grade, citation.grade), _STRENGTH.get(citation.grade, ""))
    told = join("    ", said("the quote ", QUIET), grade)
    if compared:
        support = SUPPORTS.get(citation.support, citation.support)
        told = join(told, "; it ", said(support, _SUPPORTED.get(citation.support, "")))
    console.print(told)


def _keys(item: ReviewItem) -> str:
    first = "c type what you read" if item.blind else "c correct"
    if item.acceptable:
        first = f"Enter accept · {first}"
    return f"{first} · n not there · u unreadable · t page · s skip · z undo · ? help · q stop"


def _lines(console: Console, text: str, style: str) -> None:
    for line in fold(text, max(20, console.width - 2), 12):
        console.print(join("  ", said(line, style)))
