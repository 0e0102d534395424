"""Where a value of an imported row stands in the documents of its case: among the candidates of its
step, the best by the hand-set score first; else wherever it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from casework.base.errors import DocumentError
from casework.documents.places.support import supports
from casework.steps.sources import Source, Sources
from casework.types.case import CaseRecord
from casework.types.past_decision import Place
from casework.types.procedure import Step
from casework.types.values import Json

if TYPE_CHECKING:  # numpy comes with it: loaded when a document is first searched
    from casework.extraction.extract import Prepared

_CLAUSE = "clause"
_FAR = float("inf")
_PLACES_LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class Located:
    """A value as the documents bear it, where its items stand, and the items that stand nowhere.
    `certain` is False where the text may say several things and the documents do not decide."""

    value: Json
    places: tuple[Place, ...] = ()
    lost: tuple[Json, ...] = ()
    certain: bool = True


@dataclass(slots=True)
class Papers:
    """The readable documents of one case, made ready as they are asked for."""

    sources: Sequence[Source]
    _prepared: list[Prepared] = field(default_factory=list)

    def of(self, step: Step) -> list[tuple[Source, Prepared]]:
        """Those that a step reads."""
        from casework.extraction.extract import prepare

        if not self._prepared:
            self._prepared = [prepare(one.document, one.member.name) for one in self.sources]
        pairs = zip(self.sources, self._prepared, strict=True)
        kinds = step.sources
        return [p for p in pairs if not kinds or any(p[0].member.is_a(kind) for kind in kinds)]

    def locate(self, step: Step, options: Sequence[Json], written: str) -> Located:
        """Where a value stands that the text of a cell may say. Of several that it may say, the one
        that stands at the better place."""
        papers = self.of(step)
        candidates = [_Candidates(source, prepared, step) for source, prepared in papers]
        best, top = None, 0.0
        for option in options:
            found, score = _located(option, candidates, papers, step, written)
            if found.places and (best is None or score > top):
                best, top = found, score
        lost = _items(options[0], step)
        return best or Located(options[0], lost=lost, certain=len(options) == 1)


class _Candidates:
    """The candidates of a step in one document, by what they say."""

    def __init__(self, source: Source, prepared: Prepared, step: Step) -> None:
        from casework.extraction.concepts import lexicon
        from casework.extraction.meaning import meaning
        from casework.extraction.score import scored
        from casework.learn.examples import plain

        self._sha256 = source.document.sha256
        self._pages = [page.number for page in prepared.layout.pages]
        self._kind = step.type.name
        self._best: dict[str, tuple[float, int]] = {}
        intent = meaning(step.name, step.instruction, step.type, lexicon())
        if intent.shape == _CLAUSE or not self._pages:
            return
        found = scored(prepared, intent)
        self._found = found.candidates
        for at, score in enumerate(found.scores.tolist()):
            key = plain(self._found.values[at], self._kind)
            if key and score > self._best.get(key, (-_FAR, 0))[0]:
                self._best[key] = (score, at)

    def find(self, value: Json) -> tuple[float, Place, Json] | None:
        """The best place of a value by score, and the value as the document has it."""
        from casework.learn.examples import plain

        known = self._best.get(plain(value, self._kind))
        if known is None:
            return None
        score, at = known
        page = self._pages[int(self._found.page[at])]
        place = (self._sha256, page, int(self._found.start[at]), int(self._found.end[at]))
        return score, place, _with_currency(value, self._found.values[at])


Papered = Sequence[tuple[Source, "Prepared"]]


def _located(
    option: Json,
    candidates: Sequence[_Candidates],
    papers: Papered,
    step: Step,
    written: str,
) -> tuple[Located, float]:
    """Where the items of a value stand, and how good their best place is."""
    values, places, lost, top = list[Json](), list[Place](), list[Json](), -_FAR
    many = step.type.many
    for item in _items(option, step):
        hits = [hit for one in candidates if (hit := one.find(item)) is not None]
        if hits:
            score, place, value = max(hits, key=lambda hit: hit[0])
        else:
            at = _written_at(papers, step, item, _text(item) if many else written)
            score, value = -_FAR, item
            if at is None:
                values.append(item)
                lost.append(item)
                continue
            place = at
        values.append(value)
        places.append(place)
        top = max(top, score)
    return Located(values if many else values[0], tuple(places), tuple(lost)), top


def _written_at(papers: Papered, step: Step, value: Json, written: str) -> Place | None:
    """Where a value is written, at a place that bears it."""
    for source, _ in papers:
        for place in source.locator.find(written, limit=_PLACES_LOOKED_AT):
            if supports(place.text, value, step.type.one(), habits=source.habits) == "yes":
                return source.document.sha256, place.page, place.start, place.end
    return None


def _items(value: Json, step: Step) -> tuple[Json, ...]:
    return tuple(value) if step.type.many and isinstance(value, list) else (value,)


def _text(value: Json) -> str:
    if isinstance(value, dict):
        return str(value.get("amount", value.get("label", "")))
    return str(value)


def _with_currency(value: Json, found: object) -> Json:
    """An amount that was written without its currency, in that of the document."""
    if isinstance(value, dict) and isinstance(found, dict) and value.get("currency", "") is None:
        return {**value, "currency": found.get("currency")}
    return value


async def papers_of(sources: Sources, case: CaseRecord) -> Papers:
    """The documents of a case; one that has lost its pages is left out."""
    try:
        return Papers(await sources.open(case.documents))
    except DocumentError:
        return Papers(())
