"""How each promise of a worksheet stands: its audit stream, its certificate, and what suspends it.

Computed from verdicts and outcomes whenever it is asked for, once for a view: nothing of it is
stored, so that it never says anything else than they do.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework.engine.program import Column, Program
from casework.review.bound import Promise
from casework.review.decide import same_answer
from casework.review.drift import Arrival, Held, held
from casework.review.stream import Answer, AuditStream, Covered, Readings, Same, stream_of
from casework.sdk.wire import House
from casework.steps.learned import learns
from casework.store.store import Store
from casework.types.confidence import NOVELTY
from casework.types.learned import Version
from casework.types.trust import WHOLE, PromiseMade


@dataclass(frozen=True, slots=True)
class Standing:
    """A promise as it stands: what it covers, the thresholds that were fixed for it, and what the
    audit stream shows."""

    promise: PromiseMade
    covered: Covered
    thresholds: tuple[float, ...]
    stream: AuditStream
    held: Held

    @property
    def bound(self) -> Promise:
        """The promise in numbers."""
        return Promise(self.promise.epsilon, self.promise.delta)


def may_be_promised(column: Column) -> bool:
    """Whether a step is one whose answers may pass by themselves."""
    step = column.step
    return learns(step) and step.review == "unsure" and not step.nested


def paths_of(program: Program, promises: Mapping[str, PromiseMade]) -> dict[str, list[Column]]:
    """The columns that each promise covers, by its path; that for the whole worksheet covers those
    that have none of their own."""
    found: dict[str, list[Column]] = {path: [] for path in promises}
    for column in program.columns:
        path = column.path if column.path in promises else WHOLE
        if path in promises and may_be_promised(column):
            found[path].append(column)
    return found


async def standings(
    house: House, worksheet_id: str, program: Program, promises: Mapping[str, PromiseMade]
) -> dict[str, Standing]:
    """Every promise as it stands, by its path."""
    store = house.store
    readings = await readings_of(store, worksheet_id)
    live = await store.learned.live(worksheet_id)
    same = _same_in(program)
    found = {}
    for path, columns in paths_of(program, promises).items():
        promise = promises[path]
        covered = covered_by(columns, live)
        thresholds = grid([one for one in live if one.path in covered.marks])
        stream = stream_of(readings, covered, same)
        arrivals = await _arrivals(store, worksheet_id, covered, stream)
        bound = Promise(promise.epsilon, promise.delta)
        stands = held(stream.documents, arrivals, thresholds, bound)
        found[path] = Standing(promise, covered, thresholds, stream, stands)
    return found


async def readings_of(store: Store, worksheet_id: str) -> Readings:
    """All that is known of a worksheet's audit stream."""
    audits = await store.audits.of_worksheet(worksheet_id)
    if not audits:
        return Readings({})
    return Readings(
        audits,
        await store.audits.judged(worksheet_id),
        await store.second_readings.of_worksheet(worksheet_id),
        await store.audits.cells(worksheet_id),
        await store.audits.imported(worksheet_id),
    )


def covered_by(columns: Iterable[Column], live: Sequence[Version]) -> Covered:
    """What a promise for these columns covers now. A version that tells how sure a language model
    may be is no part of what the step means, so the answers themselves name it."""
    marks = {column.path: frozenset({column.mark}) | column.alike for column in columns}
    beside: dict[str, set[str]] = {}
    for version in live:
        if version.path in marks and not version.has_model:
            beside.setdefault(version.path, set()).add(version.id)
    return Covered(marks, {path: frozenset(ids) for path, ids in beside.items()})


def grid(versions: Sequence[Version]) -> tuple[float, ...]:
    """The thresholds of several versions together: those that let a like share of each one's cells
    pass, taken in the middle. They were fixed with the versions, before any verdict on them."""
    ranked = [sorted(version.thresholds, reverse=True) for version in versions]
    ranked = [one for one in ranked if one]
    if not ranked:
        return ()
    longest = max(map(len, ranked))
    middles = [
        statistics.median(one[min(place, len(one) - 1)] for one in ranked)
        for place in range(longest)
    ]
    return tuple(dict.fromkeys(middles))


async def _arrivals(
    store: Store, worksheet_id: str, covered: Covered, stream: AuditStream
) -> list[Arrival]:
    """The documents that came since the first was checked, each once, with how novel it is. None is
    read where nobody measured it."""
    if not any(document.novelty is not None for document in stream.documents):
        return []
    since = stream.documents[0].at
    found: dict[str, Arrival] = {}
    for case_id, at, signals in await store.audits.signals(worksheet_id, covered.meanings, since):
        novelty = signals.get(NOVELTY)
        if novelty is not None:
            known = found.get(case_id)
            found[case_id] = Arrival(at, max(novelty, known.novelty if known else 0.0))
    return sorted(found.values(), key=lambda one: one.at)


def _same_in(program: Program) -> Same:
    """Whether two answers of a step of this procedure say the same."""

    def same(step_id: str, one: Answer, other: Answer) -> bool:
        return same_answer(program.by_id[step_id].step, one, other)

    return same
