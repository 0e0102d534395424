"""The orders in which cells come before people who share a desk: each made once for all that waits,
and kept as it is, so that nothing moves under anybody's hands; what comes later finds its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from random import Random
from typing import Literal, Protocol, get_args

from casework.review.order import Waiting, blind_first, in_order, least_sure, oldest

OrderName = Literal["teaches", "unsure", "oldest", "mine"]
ORDER_NAMES: tuple[OrderName, ...] = get_args(OrderName)
_Place = tuple[str, str]


class Waits(Protocol):
    """Whatever tells of a cell that waits."""

    @property
    def waiting(self) -> Waiting: ...


class Line:
    """Places one behind the other; some may wait no more, which whoever reads it passes over."""

    def __init__(
        self, order: Sequence[Waiting], before: Callable[[Waiting, Waiting], bool]
    ) -> None:
        self._places = [(one.case_id, one.path) for one in order]
        self._within = set(self._places)
        self._before = before

    def __iter__(self) -> Iterator[_Place]:
        return iter(list(self._places))

    def insert(self, waiting: Waiting, known: Mapping[_Place, Waits]) -> None:
        """Let a cell stand before the first one that it comes before; one that stood here already
        stands where it did. Blind ones come behind all that waits now, as they were drawn later."""
        place = (waiting.case_id, waiting.path)
        if place in self._within:
            return
        self._within.add(place)
        at = len(self._places)
        if waiting.kind == "unsure":
            for number, other in enumerate(self._places):
                one = known.get(other)
                if one is not None and self._before(waiting, one.waiting):
                    at = number
                    break
        self._places.insert(at, place)


def _teaching(known: Collection[Waits], share: float, seed: str) -> Line:
    waiting = [one.waiting for one in known]
    order = in_order(waiting, audit_share=share, chance=Random(seed))
    return Line(list(blind_first(order)), _more_doubt)


def _unsure(known: Collection[Waits], share: float, seed: str) -> Line:
    return Line(list(blind_first(least_sure([one.waiting for one in known]))), _more_doubt)


def _oldest(known: Collection[Waits], share: float, seed: str) -> Line:
    order = list(blind_first(oldest([one.waiting for one in known])))
    return Line(order, lambda one, other: one.since < other.since)


def _more_doubt(one: Waiting, other: Waiting) -> bool:
    return other.kind == "unsure" and one.doubt > other.doubt


ORDERS: Mapping[OrderName, Callable[[Collection[Waits], float, str], Line]] = {
    "teaches": _teaching,
    "unsure": _unsure,
    "oldest": _oldest,
    "mine": _oldest,
}
