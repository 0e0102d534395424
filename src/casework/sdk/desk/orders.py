"""The orders in which cells come before people who share a desk: made of the front of what waits,
and kept as they are, so that nothing moves under anybody's hands; what comes later finds its place.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Literal, get_args

from casework.review.order import Waiting, blind_first, in_order, least_sure, oldest
from casework.sdk.desk.entries import Entry
from casework.store.waits import Front

OrderName = Literal["teaches", "unsure", "oldest", "mine"]
ORDER_NAMES: tuple[OrderName, ...] = get_args(OrderName)
_Place = tuple[str, str]


class Line:
    """Cells one behind the other: the first `limit` of those that wait, `complete` when no others
    do. `stale` says that more changed than was taken up; `made_at` is a time of the monotonic clock
    in seconds."""

    def __init__(self, order: OrderName, limit: int) -> None:
        self._before = _BEFORE[order]
        self._places: list[_Place] = []
        self._of_case: dict[str, set[_Place]] = {}
        self.order = order
        self.limit = limit
        self.complete = False
        self.stale = False
        self.made_at = 0.0
        self.entries: dict[_Place, Entry] = {}

    def __iter__(self) -> Iterator[Entry]:
        """Those that wait, in order; some of them may be gone before one comes to them."""
        for place in list(self._places):
            entry = self.entries.get(place)
            if entry is not None:
                yield entry

    def alike(self, entry: Entry) -> list[Entry]:
        """The others of its case that are decided with one look at it."""
        places = self._of_case.get(entry.waiting.top, ())
        known = (self.entries[one] for one in places if one in self.entries)
        return [one for one in known if one.is_like(entry)]

    def extend(self, entries: Iterable[Entry]) -> None:
        """Let those that are not there yet follow behind all others, in this order."""
        for entry in entries:
            if entry.place not in self.entries:
                self._places.append(entry.place)
            self._keep(entry)

    def forget(self, top: str) -> None:
        """Let go of what waits of a case."""
        for place in self._of_case.pop(top, ()):
            self.entries.pop(place, None)

    def put(self, top: str, entries: Iterable[Entry], *, exact: bool = False) -> None:
        """Put what waits of a case now in the place of what waited: what stood here already stays
        where it stood. What would come behind all others is left to when the line is made longer,
        but for what is known `exact`ly, which comes no other way."""
        self.forget(top)
        there = set(self._places)
        for entry in entries:
            if entry.place not in there:
                at = self._place_of(entry.waiting)
                if at == len(self._places) and not (self.complete or exact):
                    continue
                self._places.insert(at, entry.place)
            self._keep(entry)

    def take_over(self, fresh: Line) -> None:
        """Be what another line of this order is, made anew: what stands here and there stays where
        it stood here."""
        there = set(self._places)
        self.entries, self._of_case = {}, {}
        for entry in fresh:
            if entry.place in there:
                self._keep(entry)
        self._places = [place for place in self._places if place in self.entries]
        for entry in fresh:
            if entry.place not in there:
                self._places.insert(self._place_of(entry.waiting), entry.place)
                self._keep(entry)
        self.complete, self.stale = fresh.complete, False
        self.limit, self.made_at = fresh.limit, fresh.made_at

    def _keep(self, entry: Entry) -> None:
        self.entries[entry.place] = entry
        self._of_case.setdefault(entry.waiting.top, set()).add(entry.place)

    def _place_of(self, waiting: Waiting) -> int:
        """Before the first one that it comes before. Blind ones come behind all that waits now, as
        they were drawn later."""
        if waiting.kind == "unsure":
            for at, place in enumerate(self._places):
                other = self.entries.get(place)
                if other is not None and self._before(waiting, other.waiting):
                    return at
        return len(self._places)


def ordered(order: OrderName, entries: Collection[Entry], share: float, seed: str) -> list[Entry]:
    """These cells in an order; `share` is that of audited ones among those that teach most."""
    known = {entry.place: entry for entry in entries}
    waiting = [entry.waiting for entry in known.values()]
    return [
        known[one.case_id, one.path] for one in blind_first(_ORDERS[order](waiting, share, seed))
    ]


def front_of(order: OrderName) -> Front:
    """From which front of what waits an order is made."""
    return "urgency" if order in ("teaches", "unsure") else "age"


def _teaching(waiting: Sequence[Waiting], share: float, seed: str) -> Iterable[Waiting]:
    return in_order(waiting, audit_share=share, chance=Random(seed))


def _unsure(waiting: Sequence[Waiting], share: float, seed: str) -> Iterable[Waiting]:
    return least_sure(waiting)


def _oldest(waiting: Sequence[Waiting], share: float, seed: str) -> Iterable[Waiting]:
    return oldest(waiting)


def _more_doubt(one: Waiting, other: Waiting) -> bool:
    return other.kind == "unsure" and one.doubt > other.doubt


def _older(one: Waiting, other: Waiting) -> bool:
    return one.since < other.since


_ORDERS: Mapping[OrderName, Callable[[Sequence[Waiting], float, str], Iterable[Waiting]]] = {
    "teaches": _teaching,
    "unsure": _unsure,
    "oldest": _oldest,
    "mine": _oldest,
}
_BEFORE: Mapping[OrderName, Callable[[Waiting, Waiting], bool]] = {
    "teaches": _more_doubt,
    "unsure": _more_doubt,
    "oldest": _older,
    "mine": _older,
}
