"""In which order cells come before a person: what teaches most first, with cells that were drawn at
random mixed among them. Knows neither store nor screen.

Uncertain cells first (uncertainty sampling; Lewis and Gale, A sequential algorithm for training
text classifiers, SIGIR 1994), each further one that looks like those before it counting less, so
that not the same layout is asked about again and again. The cells of an audited case come together,
at a steady rate but at places that nobody can foresee, and the cases in the order of their draw,
in which they count.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal
from zlib import crc32

from casework.types.case import Cell, CellState
from casework.types.confidence import CHANCE, MARGIN

Why = Literal["unsure", "audit", "second"]
"""Something about the cell calls for a person; its case was drawn at random; it was, and another
person reads it once more."""

_UNKNOWN = 0.5
"""The doubt of a cell of which nothing tells how sure the machine was."""
_DIGITS = 2
"""Doubts that differ by less than this count as equal."""
_STEPS = 10**_DIGITS
_BLOCKS = 1_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A cell that waits for a person. `top` is the id of its case, or of the case whose row it is
    in; `path` that of its step; `kin` what cases that look alike have in common. `doubt` is from 0
    to 1, `blocks` how many cells wait for it, `probability` how likely its case was to be drawn (0
    for a cell that was chosen), `draw` its place among all that were. `since` tells since when it
    is as it is, `whose` who was asked to decide ('' for anybody), and `apart` who is not to."""

    top: str
    case_id: str
    path: str
    step_id: str
    kind: Why
    because: str
    kin: str
    doubt: float = _UNKNOWN
    blocks: int = 0
    probability: float = 0.0
    draw: int = 0
    since: str = ""
    whose: str = ""
    apart: frozenset[str] = frozenset()


def doubt_of(cell: Cell, threshold: float | None) -> float:
    """How unsure the machine was, from 0 to 1: by the distance of its confidence from the one that
    passes without a person (None: no such threshold), else by what speaks for its answer."""
    outcome = cell.machine.outcome if cell.machine else None
    if outcome is None:
        return 1.0 if cell.conflict else _UNKNOWN
    return doubt(cell.conflict, cell.state, outcome.confidence, outcome.signals, threshold)


def doubt(
    conflict: bool,
    state: CellState,
    confidence: float | None,
    signals: Mapping[str, float],
    threshold: float | None,
) -> float:
    """The same by what is known of a cell: whether a person disagrees with the machine, its state,
    and the confidence and the signals of what the machine found."""
    if conflict:
        return 1.0
    if state not in ("value", "absent"):
        return _UNKNOWN
    if confidence is not None:
        if threshold is None:
            return 1.0 - confidence
        return 1.0 - abs(confidence - threshold) / max(threshold, 1.0 - threshold)
    for name in (MARGIN, CHANCE):
        if name in signals:
            return min(1.0, max(0.0, 1.0 - signals[name]))
    return _UNKNOWN


def place_of(doubt: float, blocks: int, case_id: str, path: str) -> tuple[int, int]:
    """Where a cell comes among others as whole numbers: how urgent it is (the higher the sooner),
    and what spreads equals over steps and cases (the lower the sooner)."""
    return round(doubt * _STEPS) * _BLOCKS + min(blocks, _BLOCKS - 1), _spread(case_id, path)


def least_sure(waiting: Sequence[Waiting]) -> list[Waiting]:
    """The cells of which the machine was least sure first. What is read blind comes last, as it was
    drawn: its place would tell how sure the machine was."""
    chosen = [one for one in waiting if one.kind == "unsure"]
    drawn = [one for one in waiting if one.kind != "unsure"]
    chosen.sort(key=lambda one: _rank(one, one.doubt))
    return [*chosen, *sorted(drawn, key=lambda one: one.draw)]


def oldest(waiting: Sequence[Waiting]) -> list[Waiting]:
    """The cells that have waited longest first."""
    return sorted(waiting, key=lambda one: (one.since, _rank(one, 0.0)))


def in_order(
    waiting: Sequence[Waiting], *, audit_share: float, chance: Random
) -> Iterator[Waiting]:
    """All of them, each once. `audit_share` is the share of those that come of audited cases, as
    long as there are others; `chance` says where among the others they come."""
    chosen = _diverse([one for one in waiting if one.kind == "unsure"])
    drawn: dict[tuple[str, Why], list[Waiting]] = {}
    for one in waiting:
        if one.kind != "unsure":
            drawn.setdefault((one.top, one.kind), []).append(one)
    blocks = sorted(drawn.values(), key=lambda block: block[0].draw)
    return _mixed(chosen, blocks, audit_share, chance)


def blind_first(order: Iterable[Waiting]) -> Iterator[Waiting]:
    """The same order, but that the other cells of an audited case come behind those that are read
    blind: what they were made from may be what those are to be read for."""
    every = list(order)
    blind = Counter(one.top for one in every if one.kind != "unsure")
    held: dict[str, list[Waiting]] = {}
    for one in every:
        if one.kind == "unsure" and blind[one.top]:
            held.setdefault(one.top, []).append(one)
            continue
        yield one
        if one.kind != "unsure":
            blind[one.top] -= 1
            if not blind[one.top]:
                yield from held.pop(one.top, ())


def _diverse(waiting: Sequence[Waiting]) -> Iterator[Waiting]:
    """Those that teach most first, and no two of a kin in a row while another one waits."""
    groups = _by_kin(waiting)
    heap = [(_key(group), kin) for kin, group in groups.items()]
    heapq.heapify(heap)
    last: str | None = None
    while heap:
        first = heapq.heappop(heap)
        if first[1] == last and heap:
            first = heapq.heapreplace(heap, first)
        last = first[1]
        group = groups[last]
        yield group.popleft()[1]
        if group:
            heapq.heappush(heap, (_key(group), last))


_Key = tuple[float, int, int]


def _key(group: deque[tuple[_Key, Waiting]]) -> _Key:
    return group[0][0]


def _by_kin(waiting: Sequence[Waiting]) -> dict[str, deque[tuple[_Key, Waiting]]]:
    """The cells of each kin, the one that teaches most first. Equals come as it happens, so that
    they are spread over steps and cases."""
    ahead: Counter[str] = Counter()
    of_step: Counter[tuple[str, str]] = Counter()
    ranked: list[tuple[_Key, int]] = []
    by_doubt = sorted(range(len(waiting)), key=lambda at: _rank(waiting[at], waiting[at].doubt))
    for at in by_doubt:
        one = waiting[at]
        alike = ahead[one.kin] + of_step[one.kin, one.path]
        ahead[one.kin] += 1
        of_step[one.kin, one.path] += 1
        ranked.append((_rank(one, one.doubt / math.sqrt(1 + alike)), at))
    groups: dict[str, deque[tuple[_Key, Waiting]]] = {}
    for key, at in sorted(ranked):
        groups.setdefault(waiting[at].kin, deque()).append((key, waiting[at]))
    return groups


def _rank(one: Waiting, worth: float) -> _Key:
    return -round(worth, _DIGITS), -one.blocks, _spread(one.case_id, one.path)


def _spread(case_id: str, path: str) -> int:
    return crc32(f"{case_id}/{path}".encode())


def _mixed(
    chosen: Iterable[Waiting], blocks: Sequence[list[Waiting]], share: float, chance: Random
) -> Iterator[Waiting]:
    """The chosen ones with the blocks among them: each block somewhere in a stretch of chosen ones
    that is as long as its share asks for."""
    waits = iter(chosen)
    begun = 0.0
    shown = 0
    for block in blocks:
        stretch = len(block) * (1 - share) / share if share else math.inf
        start = begun + chance.random() * stretch
        begun += stretch
        while shown < start and (one := next(waits, None)) is not None:
            shown += 1
            yield one
        yield from block
    yield from waits
