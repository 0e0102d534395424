"""The cases that a queue looks at one by one, since more is asked of people there than their looks
tell: cases that were drawn at random, cells that somebody was asked to decide, cases that not
everybody may read, and a few cells that would teach something."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Sequence

from casework.sdk.desk.entries import Entry, from_tree, look_at
from casework.sdk.desk.queue import Queue, teaches
from casework.sdk.wire import House

_AT_ONCE = 8
"""Cases that are looked at before the loop may do something else: some milliseconds."""
_BREATH = 0.5
"""After each slice in the background others have so much of its CPU time to themselves."""
_TRIED = 8
"""So many times as many cases are looked at as cells are wanted that would teach something."""
_Place = tuple[str, str]
OnLooked = Callable[[str, Sequence[Entry]], None]


class Exact:
    """What waits in these cases. `cases` holds the ids of all that are looked at so, `limited` says
    that whoever asks may not read everything."""

    def __init__(self, house: House, queue: Queue, sheet: int, *, limited: bool) -> None:
        self._house = house
        self._queue = queue
        self._sheet = sheet
        self._limited = limited
        self._entries: dict[str, list[Entry]] = {}
        self._taught: dict[str, list[Entry]] = {}
        self.cases: frozenset[str] = frozenset()

    def entries(self) -> Iterator[Entry]:
        """All that waits here."""
        for some in (self._entries, self._taught):
            for entries in some.values():
                yield from entries

    def of(self, top: str) -> list[Entry] | None:
        """What waits in a case; None for one that is not looked at here."""
        if top in self.cases:
            return self._entries.get(top, [])
        return self._taught.get(top)

    def taught(self, top: str) -> list[Entry]:
        """The cells of a case that are asked about for what they teach."""
        return self._taught.get(top, [])

    async def choose(self, late: Collection[str] = ()) -> set[str]:
        """Know anew which cases these are; returns those that are to be looked at. `late` are cases
        of which the index does not tell yet how they look now."""
        store, queue = self._house.store, self._queue
        assigned = await store.rows.tops(sorted({case_id for case_id, _ in queue.asked_of}))
        waiting = set(await store.waits.cases_among(self._sheet, queue.drawn()))
        wanted = {*assigned, *waiting, *queue.drawn(twice=True)}
        if self._limited:
            guarded = await store.looks_found.ids(await store.looks_found.guarded(self._sheet))
            wanted |= {*await store.waits.cases_among(self._sheet, guarded), *late}
        new = wanted - self.cases
        for gone in self.cases - wanted:
            self._entries.pop(gone, None)
        self.cases = frozenset(wanted)
        return new

    async def look(self, ids: Collection[str], on_looked: OnLooked | None = None) -> None:
        """Look at these of its cases, a slice at a time; `on_looked` is told what waits in each."""
        for some in _slices(sorted(ids)):
            began = time.thread_time()
            trees = await look_at(self._house, self._queue.worksheet_id, self._queue, some)
            found = {tree.case.id: from_tree(self._house, self._queue, tree) for tree in trees}
            for id in some:
                entries = [one for one in found.get(id, ()) if not teaches(one.waiting)]
                known = {one.place for one in self._taught.get(id, ())}
                kept = [one for one in found.get(id, ()) if one.place in known]
                if id in self._taught:
                    self._taught[id] = [one for one in kept if teaches(one.waiting)]
                if id in self.cases:
                    self._entries[id] = entries
                if on_looked is not None:
                    on_looked(id, [*entries, *self.taught(id)])
            await _breathe(began)

    async def learn(self) -> None:
        """Add some cells that would teach something, of cases that chance picks: always the same,
        and as many as that takes."""
        self._taught = {}
        for path, wanted in self._queue.learning().items():
            found = await self._that_teach(path, wanted)
            for entry in found:
                self._taught.setdefault(entry.waiting.top, []).append(entry)

    async def _that_teach(self, path: str, wanted: int) -> list[Entry]:
        """So many cells of a step that would teach something, or as many as there are."""
        house, queue, store = self._house, self._queue, self._house.store
        numbers = await store.looks_found.unmeasured(self._sheet, path, wanted * _TRIED)
        found: list[Entry] = []
        for some in _slices(await store.looks_found.ids(numbers)):
            began = time.thread_time()
            for tree in await look_at(house, queue.worksheet_id, queue, some):
                entries = from_tree(house, queue, tree)
                found += [e for e in entries if e.waiting.path == path and teaches(e.waiting)]
            if len(found) >= wanted:
                break
            await _breathe(began)
        return found[:wanted]


def _slices(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


async def _breathe(began: float) -> None:
    """Give others their turn after a slice that began at this time of the thread."""
    await asyncio.sleep((time.thread_time() - began) * _BREATH)
