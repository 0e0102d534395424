"""What tells that a page is the first of a document: what it says of itself, and how it differs
from the page before it. Decides nothing.

The strongest signs are told by the page (`Page 1 of 3`, a document number, a title); where it tells
nothing, how it is set and what it speaks of still does: letterhead, margins, letters, words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import median

from casework.documents.chunks.relevance import folded, terms_of
from casework.documents.kind import kinds_of
from casework.types.document import Document, Line, Page

_COUNTED = re.compile(
    r"\b(?:page|pg|seite|blatt|s\.|p\.|página|pagina|pág|feuille)\s*\.?\s*:?\s*(\d{1,4})\s*"
    r"(?:of|von|de|di|sur|van|/)\s*(\d{1,4})\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"^\W*(\d{1,3})\s*(?:/|of|von)\s*(\d{1,3})\W*$", re.IGNORECASE)
_BARE = re.compile(
    r"^\W*(?:(?:page|pg|seite|blatt|s\.|p\.|página|pagina|pág)\s*\.?\s*:?\s*)?(\d{1,4})\W*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:\b(?:no|nr|nbr|num)\b|nummer\b|number\b|num[eé]ro\b|n[uú]mero\b|n[°º]|#)\s*[.:°º#]*\s*:?\s*"
    r"(?P<number>[A-Z]{0,6}[-/ ]?\d[\w/.-]{1,24})",
    re.IGNORECASE,
)
_LABEL = 40
"""Letters before a number in which its label stands."""
_LABEL_WORD = re.compile(r"[^\W\d_]+|[#°º]")
_NAMING = re.compile(r"[^\W\d_]{4}")
"""`No. 7` alone may number anything; `Invoice no. 7` names a document."""
_OF_OTHERS = re.compile(
    r"custom|client|kunde|account|konto|vat|tax|steuer|ust|phone|tel|fax|page|seite|item|line|art"
    r"|iban|bank|ein|ssn|suite|floor|box|room|station|estimate|week",
    re.IGNORECASE,
)
"""Labels of numbers that many documents share or that name something within one."""
_OPENING = re.compile(
    r"\b(?:dear|sehr geehrte|madame|monsieur|estimad[oa]s?|attention|attn|by and between|between"
    r"|zwischen|entre|invoice date|rechnungsdatum|bill to|ship to|agreement is|made and entered"
    r"|entered into|date of invoice|client|advertiser)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\b(?:in witness whereof|sincerely|yours|signature|by:|name:|title:|unterschrift|grüßen"
    r"|salutations|atentamente|total due|grand total|gesamtbetrag|accepted and agreed|thank you)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_CLAUSE = re.compile(r"^\s*(?:§\s*|article\s+|section\s+)?(\d{1,2})[.)]\s+\S", re.IGNORECASE)
_ENDED = re.compile(r"[.!?:;”\"')\]]\s*$")
_UPPER = 0.5
"""The share of a page in which a document says what it is."""
_TOP = 0.25
"""The share of a page on which its letterhead stands."""
_TOP_LINES, _EDGE_LINES, _SHORT = 6, 3, 3
_LARGE = 1.3
"""Of the ordinary height of lines: a title."""
_FULL = 0.8
"""A page whose text reaches so far down goes on, as far as one can see."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What a page tells by itself; empty or 0 where it tells nothing."""

    number: int
    has_text: bool
    count: int = 0
    of: int = 0
    bare: int = 0
    numbers: frozenset[str] = frozenset()
    labelled: Mapping[str, str] = field(default_factory=dict)
    """Its document numbers by what is written before them."""
    title: tuple[str, ...] = ()
    title_line: str = ""
    headed: tuple[str, ...] = ()
    """The kind of document that a short line of its head names by itself."""
    top: frozenset[str] = frozenset()
    words: Counter[str] = field(default_factory=Counter)
    large: bool = False
    opening: bool = False
    closing: bool = False
    lower: bool = False
    ended: bool = True
    reach: float = 0.0
    size: tuple[float, float] = (0.0, 0.0)
    left: float = 0.0
    height: float = 0.0
    digits: float = 0.0
    first_clause: int = 0
    last_clause: int = 0
    first_line: str = ""
    shown_numbers: tuple[str, ...] = ()
    """Its document numbers as they are written."""
    headed_line: str = ""


def looks_of(document: Document, page: Page) -> Looks:
    """What a page tells by itself."""
    lines = [line for line in page.lines if page.text[line.start : line.end].strip()]
    if not lines:
        return Looks(page.number, False, size=(page.width_pt, page.height_pt))
    lines.sort(key=lambda line: (line.box.y0, line.box.x0))
    texts = [page.text[line.start : line.end].strip() for line in lines]
    upper = [t for t, ln in zip(texts, lines, strict=True) if ln.box.y0 <= page.height_pt * _UPPER]
    top = [t for t, ln in zip(texts, lines, strict=True) if ln.box.y0 <= page.height_pt * _TOP]
    ordinary = median(line.box.y1 - line.box.y0 for line in lines)
    headed, headed_line = _headed(top)
    count, of, bare = _counted(page.text, texts)
    title = kinds_of("", replace(document, pages=(page,), facts={}))
    body = page.text.strip()
    told = [(_label(m), _number(m)) for text in upper for m in _NUMBERED.finditer(text)]
    numbers = [number for _, number in told]
    labelled = {
        label: number.casefold()
        for label, number in reversed(told)
        if _NAMING.search(label) and not _OF_OTHERS.search(label)
    }
    clauses = [int(found[1]) for text in texts if (found := _CLAUSE.match(text))]
    return Looks(
        page.number,
        True,
        count,
        of,
        bare,
        frozenset(number.casefold() for number in numbers),
        labelled,
        title,
        _large_line(lines, texts, ordinary, page.height_pt),
        headed,
        frozenset(terms_of(" ".join(top[:_TOP_LINES]))),
        Counter(terms_of(page.text)),
        bool(_large_line(lines, texts, ordinary, page.height_pt)),
        any(_OPENING.search(text) for text in upper),
        any(_CLOSING.search(text) for text in texts[-12:]),
        body[0].islower(),
        bool(_ENDED.search(body)),
        max(line.box.y1 for line in lines) / max(1.0, page.height_pt),
        (page.width_pt, page.height_pt),
        min(line.box.x0 for line in lines) / max(1.0, page.width_pt),
        ordinary,
        len(_DIGIT.findall(body)) / len(body),
        clauses[0] if clauses else 0,
        clauses[-1] if clauses else 0,
        texts[0],
        tuple(numbers),
        headed_line,
    )


def _label(found: re.Match[str]) -> str:
    """The last two words before a number: what numbers it is one of."""
    text = found.string[max(0, found.start() - _LABEL) : found.start("number")]
    return " ".join(_LABEL_WORD.findall(folded(text))[-2:])


def _number(found: re.Match[str]) -> str:
    return found["number"].rstrip(".-/")


def _headed(top: list[str]) -> tuple[tuple[str, ...], str]:
    """The kind that the first short line of a head names which names one, and that line."""
    for text in top[:_TOP_LINES]:
        if len(text.split()) <= _SHORT:
            kinds = kinds_of(text, None)
            if kinds:
                return kinds, text
    return (), ""


def _counted(text: str, texts: list[str]) -> tuple[int, int, int]:
    """The page's own number, of how many, and a number that stands alone at its edge."""
    found = _COUNTED.search(text)
    if found and 1 <= int(found[1]) <= int(found[2]):
        return int(found[1]), int(found[2]), 0
    for line in (*texts[-_EDGE_LINES:], *texts[:_EDGE_LINES]):
        shared = _SHARE.match(line)
        if shared and 1 <= int(shared[1]) <= int(shared[2]):
            return int(shared[1]), int(shared[2]), 0
    for line in (*reversed(texts[-_EDGE_LINES:]), *texts[:_EDGE_LINES]):
        bare = _BARE.match(line)
        if bare:
            return 0, 0, int(bare[1])
    return 0, 0, 0


def _large_line(lines: list[Line], texts: list[str], ordinary: float, height: float) -> str:
    """The first line of the upper part that is set like a title."""
    for line, text in zip(lines, texts, strict=True):
        if line.box.y0 > height * _UPPER:
            break
        tall = line.box.y1 - line.box.y0 > _LARGE * ordinary
        capital = text.isupper() and len(text.split()) > 1
        if (tall or capital) and any(letter.isalpha() for letter in text):
            return text
    return ""


def signs(now: Looks, before: Looks, part: Looks, *, blank: bool) -> dict[str, float]:
    """What speaks for or against a page being a first one, by name. `before` is the page before it
    that has text, `part` what is known of the document under way, `blank` whether a page without
    text stands between."""
    told: dict[str, float] = {"always": 1.0}
    if now.count:
        told["counts as first" if now.count == 1 else "counts on"] = 1.0
    if before.count:
        told["before was last" if before.count == before.of else "before goes on"] = 1.0
    if now.count and before.count:
        told["counter goes on"] = float(now.count == before.count + 1 and now.of == before.of)
    if now.bare:
        told["numbered one"] = float(now.bare == 1)
        told["number goes on"] = float(bool(before.bare) and now.bare == before.bare + 1)
        told["number jumps"] = float(bool(before.bare) and now.bare != before.bare + 1)
    shared = [label for label in now.labelled if label in part.labelled]
    if shared:
        same = any(now.labelled[label] == part.labelled[label] for label in shared)
        told["same labelled number" if same else "another labelled number"] = 1.0
    elif now.numbers and part.numbers:
        apart = now.numbers.isdisjoint(part.numbers)
        told["another number" if apart else "same number"] = 1.0
    elif now.numbers:
        told["a number"] = 1.0
    if now.title:
        told["same title" if now.title == part.title else "another title"] = 1.0
    if now.headed and part.headed:
        told["headed the same" if now.headed == part.headed else "headed otherwise"] = 1.0
    told["set like a title"] = float(now.large and not before.large)
    told["title repeats"] = float(bool(now.title_line) and now.title_line == part.title_line)
    told["opens"] = float(now.opening)
    told["before closes"] = float(before.closing)
    told["goes on in a sentence"] = float(now.lower)
    told["before is broken off"] = float(not before.ended and before.reach > _FULL)
    told["before ends early"] = float(before.reach < 1 - _TOP)
    told["blank before"] = float(blank)
    told["other paper"] = float(_differ(now.size, before.size))
    told["same head"] = _alike(now.top, before.top)
    told["head of the first page"] = _alike(now.top, part.top)
    told["same words"] = _cosine(now.words, before.words)
    told["other margin"] = min(1.0, 8 * abs(now.left - before.left))
    told["other letters"] = min(1.0, abs(now.height - before.height) / max(1.0, before.height))
    told["other share of figures"] = min(1.0, 5 * abs(now.digits - before.digits))
    if now.first_clause and before.last_clause:
        on = before.last_clause <= now.first_clause <= before.last_clause + 1
        told["clauses go on"] = float(on)
        told["clauses begin anew"] = float(now.first_clause == 1 and before.last_clause > 1)
    return told


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    shared = sum(often * other[word] for word, often in one.items() if word in other)
    lengths = sum(n * n for n in one.values()) * sum(n * n for n in other.values())
    return shared / lengths**0.5 if lengths else 0.0


def _differ(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) > 2 or abs(one[1] - other[1]) > 2
