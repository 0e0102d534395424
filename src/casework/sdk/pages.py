"""Cases of a worksheet one by one or a page at a time: a long worksheet is never held whole."""

from __future__ import annotations

import difflib
from collections.abc import AsyncIterator, Sequence

from casework.base.errors import NotFoundError, UsageError
from casework.store.store import Store
from casework.types.case import CaseRecord

_NAMED = 5
_COMPARED = 2_000
"""Names among which a mistyped one is looked for."""


class Pages:
    """The cases of one worksheet, in the order in which they came."""

    def __init__(self, store: Store, worksheet_id: str) -> None:
        self._store = store
        self._worksheet_id = worksheet_id

    async def pick(self, wanted: str) -> CaseRecord:
        """The case of this key, name, id or row number; else the one whose name begins so."""
        word, finding = wanted.strip(), self._store.finding
        id = await finding.exact(self._worksheet_id, word)
        if not id and word.isdecimal():
            id = await finding.at(self._worksheet_id, int(word))
        if not id:
            near = await finding.beginning(self._worksheet_id, word) if word else []
            if len(near) > 1:
                raise UsageError(f"{wanted!r} is the beginning of {listed([n for _, n in near])}.")
            if not near:
                raise NotFoundError(f"There is no case {wanted!r}.", fix=await self._hint(word))
            id = near[0][0]
        return await self._store.cases.get(id)

    async def chosen(
        self, names: Sequence[str], *, limit: int | None = None, skip: int = 0
    ) -> AsyncIterator[CaseRecord]:
        """The cases of these names; without names all, or a page of them."""
        if names:
            for name in names:
                yield await self.pick(name)
            return
        only = None
        if limit is not None or skip:
            count = await self._store.cases.count(self._worksheet_id) if limit is None else limit
            only = await self._store.finding.page(self._worksheet_id, skip=skip, limit=count)
        async for case in self._store.cases.stream(self._worksheet_id, only):
            yield case

    def all(self) -> AsyncIterator[CaseRecord]:
        """All cases."""
        return self._store.cases.stream(self._worksheet_id)

    async def _hint(self, word: str) -> str:
        names = await self._store.finding.names(self._worksheet_id, _COMPARED)
        near = difflib.get_close_matches(word, names, n=1)
        return f"Did you mean {near[0]!r}?" if near else f"There is {listed(names)}."


def listed(names: Sequence[str]) -> str:
    """The first names and how many more there are."""
    shown = ", ".join(repr(name) for name in names[:_NAMED])
    more = len(names) - _NAMED
    return (f"{shown} and {more} more" if more > 0 else shown) or "none yet"
