"""The orders of cases that queries give, computed once and kept as compact numbers; patched after
small changes, computed anew after others.

For somebody who may not read everything, the cases that are open to all go by the index; each of
the others is looked at as that person sees it, so nothing is found by what may not be read.
"""

from __future__ import annotations

import time
from array import array
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import chain

from casework.sdk.rows import looked_at_beside
from casework.sdk.sheet.ground import Ground
from casework.sdk.sheet.looks import case_look, unit_of
from casework.sdk.sheet.wanted import fits, place_of
from casework.sdk.show import NOTHING_AT_WORK
from casework.sdk.wire import House
from casework.store.looked_for import BY_NAME, LookedFor
from casework.store.looks import CaseLook, IndexState

_KEPT = 16
"""Orders that are kept, 8 bytes a case each."""
_PATCHED = 1_000
"""Changed cases up to which an order by arrival is patched."""
_PLACED = 8
"""The same of an order by name or value, where each has to be found its place."""
_REST = 4.0
"""An order is not computed anew before so many times as long have passed as it took."""
_AT_ONCE = 64
Key = tuple[object, ...]


@dataclass(slots=True)
class Order:
    """The numbers of the cases that fit, in order, as of change `seq`, by the looks of `basis`."""

    numbers: array[int]
    basis: str
    seq: int
    exact: bool
    at: float
    took_s: float


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for what of a worksheet: `house` is that of the person, `state` how far the index
    tells, `newest` the last change."""

    house: House
    worksheet_id: str
    ground: Ground
    wanted: LookedFor
    state: IndexState
    newest: int
    limited: bool = False

    @property
    def key(self) -> Key:
        """What an order is kept under."""
        groups = self.house.rights.groups if self.limited else None
        return self.wanted, groups

    @property
    def by_cases_alone(self) -> bool:
        """Whether no look is needed: all cases, as they came or by their names."""
        return (
            self.wanted.unfiltered
            and self.wanted.sort in ("", BY_NAME)
            and not (self.limited and self.wanted.sort)
        )


class Orders:
    """The orders of one worksheet."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Order] = OrderedDict()

    async def of(self, asking: Asking) -> Order:
        """The order of a query."""
        kept = self._kept.get(asking.key)
        found = await self._renewed(asking, kept) if kept else await _computed(asking)
        self._kept[asking.key] = found
        self._kept.move_to_end(asking.key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    async def _renewed(self, asking: Asking, kept: Order) -> Order:
        if await _stands(asking, kept):
            return kept
        rested = time.monotonic() - kept.at >= _REST * kept.took_s
        if not rested and not asking.limited:  # what was just closed must be gone at once
            return kept
        return await _computed(asking)


async def _stands(asking: Asking, kept: Order) -> bool:
    """Whether an order still tells all, or could be patched so that it does."""
    log, state = asking.house.store.cell_log, asking.state
    if asking.by_cases_alone:
        if not await log.reaches(kept.seq):
            return False
        if await log.cases_came(asking.worksheet_id, kept.seq):
            return False
        kept.seq = asking.newest
        return True
    if kept.basis != state.basis:
        return False
    if asking.limited:
        return kept.exact and kept.seq == asking.newest
    if state.seq == kept.seq and state.built == kept.exact:
        return True
    return kept.exact and state.built and await _patched(asking, kept)


async def _computed(asking: Asking) -> Order:
    began = time.monotonic()
    found = asking.house.store.looks_found
    if not asking.by_cases_alone:
        numbers = await _by_looks(asking)
        exact, seq = asking.state.built, asking.state.seq
        if asking.limited:  # what the index does not tell of was looked at
            exact, seq = True, asking.newest
    elif asking.wanted.sort:
        numbers = await found.by_name(asking.worksheet_id, descending=asking.wanted.descending)
        exact, seq = True, asking.newest
    else:
        numbers = await found.arrived(asking.worksheet_id)
        if asking.wanted.descending:
            numbers.reverse()
        exact, seq = True, asking.newest
    now = time.monotonic()
    return Order(numbers, asking.state.basis, seq, exact, now, now - began)


async def _patched(asking: Asking, kept: Order) -> bool:
    """Bring an order up to date where little changed; whether that was done."""
    store, state, wanted = asking.house.store, asking.state, asking.wanted
    if not await store.cell_log.reaches(kept.seq):
        return False
    changed = await store.cell_log.cases(asking.worksheet_id, kept.seq, state.seq)
    if len(changed) > (_PLACED if wanted.sort else _PATCHED):
        return False
    numbers = sorted({one.number for one in changed})
    if numbers:
        now = await store.looks_found.order(state.sheet, wanted, numbers)
        there = set(numbers)
        kept.numbers = array("q", [n for n in kept.numbers if n not in there])
        if wanted.sort:
            for number in now:
                kept.numbers.insert(await _place(asking, kept.numbers, number), number)
        elif now:
            told = sorted(chain(kept.numbers, now), reverse=wanted.descending)
            kept.numbers = array("q", told)
    kept.seq = state.seq
    return True


async def _place(asking: Asking, numbers: Sequence[int], number: int) -> int:
    """Where a case belongs in an order by name or value: found by halves."""
    found, sheet, wanted = asking.house.store.looks_found, asking.state.sheet, asking.wanted
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) // 2
        both = await found.places(sheet, wanted.sort, (numbers[middle], number))
        if _sorted(both, wanted)[0] == number:
            high = middle
        else:
            low = middle + 1
    return low


async def _by_looks(asking: Asking) -> array[int]:
    found, sheet = asking.house.store.looks_found, asking.state.sheet
    if not asking.limited:
        return await found.order(sheet, asking.wanted)
    guarded = await _guarded(asking)
    aside = set(guarded)
    told = await found.order(sheet, asking.wanted, open_only=True)
    numbers = [number for number in told if number not in aside]
    mine = {
        look.number: (name, *place_of(look, asking.wanted))
        async for look, name in _seen(asking, guarded)
        if fits(look, asking.wanted)
    }
    if not mine:
        return array("q", numbers)
    places = {**await found.places(sheet, asking.wanted.sort, numbers), **mine}
    return array("q", _sorted(places, asking.wanted))


async def _guarded(asking: Asking) -> list[int]:
    """The cases that are looked at one by one: those of which not everybody may read all, and those
    that the index does not tell of yet."""
    store, state = asking.house.store, asking.state
    numbers = set(await store.looks_found.guarded(state.sheet))
    if state.seq < asking.newest:
        late = await store.cell_log.cases(asking.worksheet_id, state.seq, asking.newest)
        numbers |= {one.number for one in late}
    if not state.built:
        every = await store.looks_found.arrived(asking.worksheet_id, state.built_to)
        numbers |= set(every)
    return sorted(numbers)


async def guarded_looks(asking: Asking) -> list[CaseLook]:
    """How those cases look to whoever asks."""
    return [look async for look, _ in _seen(asking, await _guarded(asking))]


async def _seen(asking: Asking, numbers: Sequence[int]) -> AsyncIterator[tuple[CaseLook, str]]:
    """How these cases look to whoever asks, and their names in small letters."""
    house, ground, sheet = asking.house, asking.ground, asking.worksheet_id
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        ids = await house.store.looks_found.ids(some)
        number_of = dict(zip(ids, some, strict=False))
        records = [one async for one in house.store.cases.stream(sheet, ids)]
        rows = await looked_at_beside(
            house, sheet, ground.procedure, records, ground.standing, NOTHING_AT_WORK
        )
        for row in rows:
            look = case_look(row, number_of[row.case.id], ground.types, ground.waits.of(row))
            yield look, row.case.name.lower()


def _sorted(places: dict[int, tuple[str, str, float | None]], wanted: LookedFor) -> list[int]:
    """Numbers by name, value or arrival; what has no value comes last either way."""
    down = wanted.descending
    if not wanted.sort:
        return sorted(places, reverse=down)
    numbers = sorted(places)
    if wanted.sort == BY_NAME:
        return sorted(numbers, key=lambda n: places[n][0], reverse=down)
    there = [n for n in numbers if places[n][1]]
    there.sort(key=lambda n: places[n][1], reverse=down)
    sized = [n for n in there if places[n][2] is not None]
    sized.sort(key=lambda n: places[n][2] or 0.0, reverse=down)
    if wanted.by_unit:
        sized.sort(key=lambda n: unit_of(places[n][1]))
    lettered = [n for n in there if places[n][2] is None]
    return [*sized, *lettered, *(n for n in numbers if not places[n][1])]
