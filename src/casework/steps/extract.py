"""A step over documents read by the embedded extractor: no language model, citations exact by
construction."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from casework.documents.boxes import boxes_of, doubtful, place_of
from casework.documents.places.cite import beside
from casework.documents.places.support import supports
from casework.extraction.version import extractor_version
from casework.steps.learned import AtWork, LearnedAtWork, NothingLearned
from casework.steps.measured import measured
from casework.steps.settle import quoted
from casework.steps.sources import Source, Sources, unreadable
from casework.types.case import Outcome
from casework.types.label import shared_readers
from casework.types.learned import with_learned
from casework.types.needs import Blocked, StepTask
from casework.types.procedure import Method, Step
from casework.types.proof import Citation, Proof, Support
from casework.types.values import Json, ValueType

if TYPE_CHECKING:  # numpy comes with it: loaded when a document is first read
    from casework.extraction.extract import Answer, Candidate, Prepared, Wanted

CPU = "cpu"
_KEPT = 32


class ExtractStep:
    """The kind `by: document` without a model."""

    def __init__(self, sources: Sources, learned: LearnedAtWork | None = None) -> None:
        self._sources = sources
        self._learned = learned or NothingLearned()
        self._kept: OrderedDict[str, asyncio.Future[Prepared]] = OrderedDict()

    def method(self, step: Step) -> Method:
        """The extractor's version, and the learned ones that are at work on the step."""
        version = with_learned(extractor_version(), self._learned.mark(step))
        return Method("extract.embedded", version, resource=CPU)

    def blocked(self, step: Step) -> Blocked | None:
        """The embedded extractor can always run."""
        return None

    async def run(self, task: StepTask) -> Outcome:
        """Find the value in the documents of the case, or say where it was sought in vain."""
        from casework.extraction.extract import Wanted

        sources = await self._sources.open(task.documents)
        lost = unreadable(task.documents, sources)
        if not sources:
            return Outcome("absent", absence="unreadable", reason=lost)
        prepared = [await self._prepared(source) for source in sources]
        step = task.step
        wanted = Wanted(step.id, step.name, step.instruction, step.type, task.procedure.preamble)
        at_work = await self._learned.of(step, shared_readers(d.readers for d in task.documents))
        if at_work is not None and at_work.model is None:
            at_work = None  # it tells how sure one may be of what a language model reads
        found, signals = await asyncio.to_thread(_read, prepared, wanted, at_work)
        outcome = _outcome(found, step.type, sources, lost)
        calibration = at_work.calibration if at_work is not None else None
        return measured(outcome, signals, calibration, at_work)

    async def _prepared(self, source: Source) -> Prepared:
        """Candidates and features of a document: made once, whoever asks first."""
        from casework.extraction.extract import prepare

        key = f"{source.member.input_digest}:{source.member.name}"
        making = self._kept.get(key)
        if making is None:
            work = asyncio.to_thread(prepare, source.document, source.member.name)
            making = self._kept[key] = asyncio.ensure_future(work)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return await asyncio.shield(making)


def _read(
    prepared: Sequence[Prepared], wanted: Wanted, at_work: AtWork | None
) -> tuple[Answer, dict[str, float]]:
    """The answer to a field, and what speaks for or against it."""
    from casework.extraction.extract import read
    from casework.extraction.signals import signals

    reading = read(prepared, wanted, at_work.model if at_work else None)
    told = signals(
        reading.found,
        reading.rescored,
        reading.answer,
        many=wanted.type.many,
        familiar=at_work.familiar if at_work else None,
    )
    return reading.answer, told


def _outcome(found: Answer, type: ValueType, sources: Sequence[Source], lost: str) -> Outcome:
    if found.picks:
        values: list[Json] = [pick.value for pick in found.picks]
        citations = tuple(_citation(pick, type, sources) for pick in found.picks)
        proof = quoted(citations)
        parts = tuple(part for pick in found.picks for part in _parts(pick, sources))
        return Outcome(
            "value",
            value=values if type.many else values[0],
            proof=replace(proof, citations=(*proof.citations, *parts)) if parts else proof,
            score=found.score,
        )
    citations = tuple(_citation(candidate, type, sources) for candidate in found.runners_up[:2])
    absence = found.absence or "not_found"
    if absence == "not_found" and lost:
        reason = f"not found in what could be read; not read: {lost}"
        return Outcome(
            "absent",
            absence="unreadable",
            reason=reason,
            proof=Proof("unproved", searched=found.searched, note=reason),
            score=found.score,
        )
    proof = Proof(
        "quoted" if absence in ("conflict", "stated_absent") and citations else "unproved",
        citations if absence in ("conflict", "stated_absent") else (),
        searched=found.searched,
        note=found.reason,
    )
    return Outcome("absent", absence=absence, reason=found.reason, proof=proof, score=found.score)


def _citation(pick: Candidate, type: ValueType, sources: Sequence[Source]) -> Citation:
    """The place of a candidate: its offsets are known, only the support is left to check."""
    source = _source(pick, sources)
    cited = _cited(source, pick.page, pick.start, pick.end)
    support = _support(pick, type.one(), source)
    if support == "yes" and doubtful(source.locator.page(pick.page), pick.start, pick.end):
        support = "cannot_tell"
    return replace(cited, support=support)


def _parts(pick: Candidate, sources: Sequence[Source]) -> Iterator[Citation]:
    """The further places of a value from a table. A cell of its rows is compared with its own
    value. A heading bears the value, since the figure was read by what it says."""
    source = _source(pick, sources)
    for part in pick.parts:
        cited = _cited(source, part.page, part.start, part.end)
        support: Support = "yes"
        if part.type is not None:
            support = supports(
                cited.quote, part.value, part.type, habits=source.habits, scale=part.scale
            )
        elif pick.rows:
            support = "cannot_tell"
        yield replace(cited, support=support, asked="" if part.asked == cited.quote else part.asked)


def _source(pick: Candidate, sources: Sequence[Source]) -> Source:
    return next(
        source
        for source in sources
        if source.member.sha256 == pick.document
        and any(page.number == pick.page for page in source.document.pages)
    )


def _cited(source: Source, number: int, start: int, end: int) -> Citation:
    """A place that is known by its offsets, not compared with any value yet."""
    page = next(each for each in source.document.pages if each.number == number)
    return Citation(
        source.member.sha256,
        source.member.name,
        number,
        start,
        end,
        page.text[start:end],
        boxes_of(page, start, end),
        "exact",
        place=place_of(page, start),
    )


def _support(pick: Candidate, type: ValueType, source: Source) -> Support:
    """Whether the words of a candidate say its value where they stand; an option also by a word
    that means it and no other option (`Sturm` for storm)."""
    from casework.extraction.candidates.options import other_words

    around = ("", "")
    if not pick.parts:  # what stands beside a cell of a table is another cell
        text = source.locator.page(pick.page).text
        around = beside(text, pick.start, pick.end)
    said = supports(
        pick.text, pick.value, type, habits=source.habits, scale=pick.scale, around=around
    )
    if said == "yes" and type.name in ("money", "number") and not pick.parts:
        # Read without the headings of a table: they may say that the figure is in thousands.
        scale = source.scaling.of((pick.page, pick.start, pick.end))
        return said if scale == pick.scale else "cannot_tell"
    if said != "cannot_tell" or type.name != "choice":
        return said
    meant = {word.casefold(): option for word, option in other_words(type.options).items()}
    return "yes" if meant.get(pick.text.strip().casefold()) == pick.value else said
