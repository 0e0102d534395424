"""How surely quotes are found, at the right place, and how fast; and that nothing wrong is proved.

    .venv/bin/python benchmarks/locating.py DATA --half dev --json

Takes random spans of 1 to 40 words from the documents under DATA and from documents in other
formats made of them, writes them as people, models and scanners do (`locating_changes.py`, each way
counted apart) and looks them up. `right`: the best place overlaps the span, or says the same words
(a text that stands several times has several right places); `right_strictly` wants the overlap.
Where words are left out the place must lie within the span. Only the half `dev` is looked at while
the search is being made; `held` is measured in the end.

`wrong_exact` are places graded exact whose letters, read from the page again, are not those of the
quote, or that cut a number; `wrong_normalised` such graded normalised that say something else;
`wrong_figures` places of any grade that have other figures than the quote. `wrong_supported` are
near misses of a right value (`near_misses.py`) that a quote of the right one was judged to bear.
`ms_each` is CPU time a quote on one document of 400 pages. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from locating_changes import CHANGES, other_figure
from locating_files import documents_of, long_one
from near_misses import near_misses

from casework.documents.places.cite import cite
from casework.documents.places.edges import cuts_number
from casework.documents.places.folding import fold_quote
from casework.documents.places.locate import Locator, Place
from casework.documents.places.written import units
from casework.types.document import Document
from casework.types.values import Json, ValueType
from casework.values.equal import same
from casework.values.habits import Habits, habits_of
from casework.values.read import readings

SEED = 20260
_MOST_WORDS = 40
_OVERLAP = 0.5
_TRIES = 60
_TYPES = ("number", "percent", "money", "quantity", "date", "text")
_LONG_QUOTES = 400


@dataclass(frozen=True)
class Span:
    """Words of a document: the stretches of its pages that they are, and their text."""

    document: int
    parts: tuple[tuple[int, int, int], ...]
    text: str


@dataclass
class Tally:
    """What became of the spans of one kind of change."""

    spans: int = 0
    found: int = 0
    right: int = 0
    strictly: int = 0
    grades: Counter[str] = field(default_factory=Counter)


@dataclass
class Wrong:
    """What must not happen, with the first of each kind."""

    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def note(self, what: str, told: str) -> None:
        self.counts[what] += 1
        if self.counts[what] <= 5:
            self.told.append(f"{what}: {told}")


class Shelf:
    """The documents with a locator each."""

    def __init__(self, documents: Sequence[tuple[str, Document]]) -> None:
        self.names = [name for name, _ in documents]
        self.documents = [document for _, document in documents]
        self.locators = [Locator(document) for document in self.documents]
        texts = ("\n".join(page.text for page in one.pages) for one in self.documents)
        self.habits: list[Habits] = [habits_of(text) for text in texts]

    def span(self, chance: random.Random, *, over_pages: bool = False) -> Span | None:
        """Some words that follow each other, on a page or over its end."""
        at = chance.randrange(len(self.documents))
        return span_of(self.documents[at], at, chance, over_pages=over_pages)


def span_of(
    document: Document, at: int, chance: random.Random, *, over_pages: bool = False
) -> Span | None:
    pages = [page for page in document.pages if len(page.words)]
    if not pages:
        return None
    number = chance.randrange(len(pages))
    page, count = pages[number], chance.randint(1, _MOST_WORDS)
    words = page.words
    if over_pages:
        following = pages[number + 1] if number + 1 < len(pages) else None
        if following is None or following.number != page.number + 1:
            return None
        here = min(chance.randint(1, _MOST_WORDS // 2), len(words))
        there = min(chance.randint(1, _MOST_WORDS // 2), len(following.words))
        first = words[len(words) - here].start
        parts = (
            (page.number, first, words[-1].end),
            (following.number, following.words[0].start, following.words[there - 1].end),
        )
        texts = (page.text[parts[0][1] : parts[0][2]], following.text[parts[1][1] : parts[1][2]])
        return Span(at, parts, "\n".join(texts))
    first = chance.randrange(len(words))
    last = min(first + count, len(words)) - 1
    start, end = words[first].start, words[last].end
    if cuts_number(page.text, start) or cuts_number(page.text, end):
        return None
    return Span(at, ((page.number, start, end),), page.text[start:end])


def quotes(shelf: Shelf, count: int, chance: random.Random) -> Iterator[tuple[str, Span, str]]:
    """Kind of change, span, and quote: as many of each kind as there can be."""
    kinds = [*CHANGES, "over pages"]
    for number in range(count):
        kind = kinds[number % len(kinds)]
        for _ in range(_TRIES):
            span = shelf.span(chance, over_pages=kind == "over pages")
            if span is None or not any(letter.isalnum() for letter in span.text):
                continue
            change = CHANGES["in one line" if kind == "over pages" else kind]
            quote = change(span.text, chance, shelf.habits[span.document])
            if quote and quote.strip():
                yield kind, span, quote
                break


def overlap(span: Span, place: Place, *, whole: bool) -> float:
    """The share of the span that a place covers; not `whole`: of the place that is in the span."""
    of_place = sum(one.end - one.start for one in place.stretches)
    total = sum(end - start for _, start, end in span.parts) if whole else of_place
    covered = sum(
        max(0, min(end, one.end) - max(start, one.start))
        for page, start, end in span.parts
        for one in place.stretches
        if one.page == page
    )
    return covered / total


def check(document: Document, quote: str, place: Place, wrong: Wrong) -> None:
    """Whether a place is what its grade says, by the text of the pages alone."""
    pages = {page.number: page.text for page in document.pages}
    stands = "\n".join(pages[one.page][one.start : one.end] for one in place.stretches)
    cut = any(
        cuts_number(pages[one.page], one.start) or cuts_number(pages[one.page], one.end)
        for one in place.stretches
    )
    if place.grade == "exact" and (cut or stands != quote.strip()):
        wrong.note("wrong_exact", f"{quote!r} → {stands!r}")
    if place.grade == "normalised" and (cut or not _alike(stands, quote)):
        wrong.note("wrong_normalised", f"{quote!r} → {stands!r}")


def _alike(text: str, quote: str) -> bool:
    """Whether two texts have the same letters, and figures that say the same."""
    letters = ["".join(filter(str.isalpha, fold_quote(one))) for one in (text, quote)]
    figures = [[u for u in units(fold_quote(one)) if u.kind == "number"] for one in (text, quote)]
    days = [[u.said for u in units(fold_quote(one)) if u.kind == "date"] for one in (text, quote)]
    if any(days):
        return [d for d in days if d] == [days[0]] * sum(map(bool, days)) if all(days) else False
    same_figures = [_digits(u.written) for u in figures[0]] == [
        _digits(u.written) for u in figures[1]
    ]
    return letters[0] == letters[1] and same_figures


def _digits(written: str) -> str:
    return "".join(filter(str.isdigit, written))


def look_up(shelf: Shelf, count: int, chance: random.Random, wrong: Wrong) -> dict[str, Tally]:
    """Look all quotes up and count, by kind of change."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for kind, span, quote in quotes(shelf, count, chance):
        tally = tallies[kind]
        tally.spans += 1
        places = shelf.locators[span.document].find(quote)
        for place in places:
            check(shelf.documents[span.document], quote, place, wrong)
        tally.grades[places[0].grade if places else "none"] += 1
        if not places:
            if tally.spans - tally.found <= 3:
                wrong.told.append(f"not found ({kind}): {span.text!r} as {quote!r}")
            continue
        tally.found += 1
        strictly = overlap(span, places[0], whole=kind != "words left out") >= _OVERLAP
        tally.strictly += strictly
        tally.right += strictly or fold_quote(places[0].text) == fold_quote(span.text)
        changed = other_figure(quote, chance)
        if changed:
            _must_not_stand(shelf, span.document, changed, wrong)
    return tallies


def _must_not_stand(shelf: Shelf, at: int, quote: str, wrong: Wrong) -> None:
    """A quote with another figure is found only where that figure stands."""
    asked = sorted(_digits(quote))
    for place in shelf.locators[at].find(quote, limit=2):
        check(shelf.documents[at], quote, place, wrong)
        days = any(unit.kind == "date" for unit in units(fold_quote(quote)))
        if sorted(_digits(fold_quote(place.text))) != asked and not days:
            wrong.note("wrong_figures", f"{quote!r} → {place.text!r}")


def support(shelf: Shelf, count: int, chance: random.Random, wrong: Wrong) -> dict[str, int]:
    """Right values and near misses of them, judged by quotes of the right ones."""
    told: Counter[str] = Counter()
    for number in range(count):
        type = ValueType(_TYPES[number % len(_TYPES)])  # type: ignore[arg-type]
        for _ in range(_TRIES):
            span = shelf.span(chance)
            found = span and _values(span.text, type, shelf.habits[span.document])
            if span and found:
                _judge(shelf, span, chance.choice(found), type, chance, wrong, told)
                break
    return dict(told)


def _values(text: str, type: ValueType, habits: Habits) -> list[Json]:
    if type.name == "text":
        return [" ".join(text.split())] if any(map(str.isalpha, text)) else []
    return [one.value for one in readings(text, type, habits=habits) if one.certain]


def _judge(
    shelf: Shelf,
    span: Span,
    value: Json,
    type: ValueType,
    chance: random.Random,
    wrong: Wrong,
    told: Counter[str],
) -> None:
    locator, habits = shelf.locators[span.document], shelf.habits[span.document]
    right = cite(locator, "a", span.text, value, type, habits=habits)
    told["values"] += 1
    told[f"right_{right.support}"] += 1
    said = [one.value for one in readings(right.quote, type, habits=habits)]
    for miss in near_misses(value, type, chance):
        if any(same(miss, one, type) for one in said) or _has_words(right.quote, miss, type):
            continue
        told["near_misses"] += 1
        if cite(locator, "a", span.text, miss, type, habits=habits).support == "yes":
            wrong.note("wrong_supported", f"{type.name} {miss!r} by {right.quote!r}")


def _has_words(quote: str, value: Json, type: ValueType) -> bool:
    """Whether a wrong text is no wrong one, since the quote has its words in this order."""
    if type.name != "text":
        return False
    said, words = (re.findall(r"[^\W_]+", str(one).casefold()) for one in (quote, value))
    return any(said[at : at + len(words)] == words for at in range(len(said)))


def timed(document: Document, chance: random.Random) -> dict[str, float | int]:
    """CPU milliseconds a quote on a long document, by how it was found."""
    begun = time.process_time()
    locator = Locator(document)
    locator.find("the first one builds what the others use, but it is not found, 2026-01-02")
    index_s = time.process_time() - begun
    habits = habits_of("\n".join(page.text for page in document.pages[:20]))
    spent: dict[str, list[float]] = defaultdict(list)
    kinds = list(CHANGES)
    for number in range(_LONG_QUOTES):
        span = span_of(document, 0, chance)
        quote = span and CHANGES[kinds[number % len(kinds)]](span.text, chance, habits)
        if span and quote:
            _time(locator, quote, spent)
            words = span.text.split()
            chance.shuffle(words)
            if len(words) > 4 and not number % 4:
                _time(locator, " ".join(words), spent)
    every = [ms for each in spent.values() for ms in each]
    means = {f"ms_{grade}": _mean(each) for grade, each in sorted(spent.items())}
    return {
        "ms_each": _mean(every),
        **means,
        "ms_p95": round(sorted(every)[int(len(every) * 0.95)], 2),
        "index_s": round(index_s, 2),
        "long_pages": len(document.pages),
        "long_words": document.word_count,
    }


def _time(locator: Locator, quote: str, spent: dict[str, list[float]]) -> None:
    begun = time.process_time()
    places = locator.find(quote, limit=1)
    spent[places[0].grade if places else "none"].append(1000 * (time.process_time() - begun))


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / max(1, len(values)), 2)


def _report(tallies: dict[str, Tally]) -> dict[str, object]:
    spans = sum(tally.spans for tally in tallies.values())
    shares = {
        name: round(sum(getattr(t, key) for t in tallies.values()) / max(1, spans), 4)
        for name, key in (("found", "found"), ("right", "right"), ("right_strictly", "strictly"))
    }
    kinds = {
        kind: {
            "spans": t.spans,
            "found": round(t.found / t.spans, 4),
            "right": round(t.right / t.spans, 4),
            "right_strictly": round(t.strictly / t.spans, 4),
            "grades": dict(t.grades),
        }
        for kind, t in tallies.items()
    }
    return {"spans": spans, **shares, "kinds": kinds}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="a folder with documents of any kind")
    parser.add_argument("--half", choices=("dev", "held", "all"), default="dev")
    parser.add_argument("--spans", type=int, default=2000)
    parser.add_argument("--most", type=int, default=24, help="documents of each folder of files")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", action="store_true", help="print only the JSON object")
    options = parser.parse_args(arguments)
    documents = list(documents_of(options.folder, options.half, options.most))
    if not documents:
        parser.error(f"no document with text under {options.folder}")
    chance, wrong = random.Random(options.seed), Wrong()
    shelf = Shelf(documents)
    tallies = look_up(shelf, options.spans, chance, wrong)
    judged = support(shelf, options.spans // 4, chance, wrong)
    kinds = ("wrong_exact", "wrong_normalised", "wrong_figures", "wrong_supported")
    figures = {
        **_report(tallies),
        **{kind: wrong.counts[kind] for kind in kinds},
        "support": judged,
        **timed(long_one(documents), chance),
        "documents": len(documents),
        "half": options.half,
        "seed": options.seed,
    }
    if not options.json:
        for line in wrong.told:
            print(line, file=sys.stderr)
        for key, value in figures.items():
            print(f"{key:>16}: {value}", file=sys.stderr)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
