"""Rows for the grid's windows. Of a sheet that people watch, a row is made ready once for all who
may read the same, and again only after it changed."""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from casework.sdk.sheet.views import SheetQuery
from casework.sdk.views import RowView
from casework.sdk.worksheet import Worksheet
from casework.serve.context import Asked
from casework.serve.live import Watcher
from casework.serve.studio.sheet_cells import head_json, row_json
from casework.types.procedure import Step

MOST_ROWS = 400
"""Rows of one window at most."""
_KEPT = 20_000
_PARTS_KEPT = 64
"""Windows and heads that are kept."""
_UNSURE = '"exact":false'
"""What says that something is still being counted; such an answer is not kept."""
_KEPT_S = 30.0
_KEPT_RUNNING_S = 1.0
"""How long a row counts as fresh during a run: that a cell is worked on is no change of it."""


@dataclass(slots=True)
class _Kept:
    stamp: int
    at: float
    text: str


class RowCache:
    """Rows as text, by who may read the same and by case."""

    def __init__(self) -> None:
        self._rows: OrderedDict[tuple[object, str], _Kept] = OrderedDict()
        self._parts: dict[tuple[object, ...], _Kept] = {}
        self._locks: dict[tuple[object, ...], asyncio.Lock] = {}

    async def once(
        self, here: Asked, sheet: Worksheet, asked: object, make: Callable[[], Awaitable[str]]
    ) -> str:
        """What many viewers ask for at the same moment, made once for those who may read the same;
        made each time while nobody watches the sheet, since nobody then tells that it changed."""
        watcher = here.house.live.of(sheet.id)
        if watcher is None:
            return await make()
        key = (sheet.id, here.person.groups, here.workspace.generation, asked)
        async with self._locks.setdefault(key, asyncio.Lock()):
            kept, stamp = self._parts.get(key), watcher.stamp
            if kept is not None and kept.stamp == stamp and not _old(kept, watcher):
                return kept.text
            text = await make()
            if _UNSURE not in text:
                self._parts[key] = _Kept(stamp, time.monotonic(), text)
        while len(self._parts) > _PARTS_KEPT:
            old = next(iter(self._parts))
            del self._parts[old]
            self._locks.pop(old, None)
        return text

    async def rows(self, here: Asked, sheet: Worksheet, case_ids: Sequence[str]) -> list[str]:
        """The rows of these cases that there are, each as JSON."""
        watcher = here.house.live.of(sheet.id)
        scope = (sheet.id, here.person.groups, here.workspace.generation)
        async with self._locks.setdefault(scope, asyncio.Lock()):
            stamp = watcher.stamp if watcher else 0
            missing = [id for id in case_ids if self._fresh(scope, id, watcher) is None]
            made = await _rows_of(sheet, missing) if missing else {}
            for id, text in made.items():
                self._keep((scope, id), stamp, text)
            kept = (made.get(id) or self._fresh(scope, id, watcher) for id in case_ids)
            return [text for text in kept if text]

    def take(self, here: Asked, sheet: Worksheet, rows: dict[str, str], stamp: int) -> None:
        """Keep rows that were made for a window."""
        scope = (sheet.id, here.person.groups, here.workspace.generation)
        for id, text in rows.items():
            self._keep((scope, id), stamp, text)

    def _fresh(self, scope: object, case_id: str, watcher: Watcher | None) -> str | None:
        kept = self._rows.get((scope, case_id))
        if kept is None or watcher is None or not watcher.fresh(case_id, kept.stamp):
            return None
        return None if _old(kept, watcher) else kept.text

    def _keep(self, key: tuple[object, str], stamp: int, text: str) -> None:
        self._rows[key] = _Kept(stamp, time.monotonic(), text)
        self._rows.move_to_end(key)
        while len(self._rows) > _KEPT:
            self._rows.popitem(last=False)


def _old(kept: _Kept, watcher: Watcher) -> bool:
    """Whether something that was made may no longer be so, though nothing was told."""
    age_s = time.monotonic() - kept.at
    return age_s > (_KEPT_RUNNING_S if watcher.running else _KEPT_S)


async def window_json(
    here: Asked, sheet: Worksheet, query: SheetQuery, *, first: int, count: int
) -> str:
    """A window of rows as JSON: `total`, `first`, `seq` and `rows`; `exact` is false while
    more may still be found."""
    count = min(MOST_ROWS, max(0, count))
    asked = ("window", query, first, count)
    return await cache_of(here).once(
        here, sheet, asked, lambda: _window_json(here, sheet, query, first, count)
    )


async def _window_json(
    here: Asked, sheet: Worksheet, query: SheetQuery, first: int, count: int
) -> str:
    watcher = here.house.live.of(sheet.id)
    stamp = watcher.stamp if watcher else 0
    window = await sheet.sheet.window(query, first=max(0, first), count=count)
    steps = (await sheet.sheet.steps()).steps
    rows = await _texts(sheet, window.rows, steps)
    if watcher is not None:
        cache_of(here).take(here, sheet, rows, stamp)
    told = f'"total":{window.total},"first":{window.first},"seq":{window.seq}'
    told += "" if window.exact else ',"exact":false'
    return f'{{{told},"rows":[{",".join(rows.values())}]}}'


async def heads_json(here: Asked, sheet: Worksheet) -> str:
    """The heads of all columns as JSON."""

    async def made() -> str:
        return _text({"columns": [head_json(head) for head in await sheet.sheet.heads()]})

    return await cache_of(here).once(here, sheet, ("heads",), made)


def cache_of(here: Asked) -> RowCache:
    """The rows of this server."""
    state = here.request.app.state
    if not hasattr(state, "rows"):
        state.rows = RowCache()
    cache = state.rows
    assert isinstance(cache, RowCache)
    return cache


async def _rows_of(sheet: Worksheet, case_ids: Sequence[str]) -> dict[str, str]:
    steps = (await sheet.sheet.steps()).steps
    return await _texts(sheet, (await sheet.sheet.rows(case_ids)).rows, steps)


async def _texts(
    sheet: Worksheet, rows: Sequence[RowView], steps: Sequence[Step]
) -> dict[str, str]:
    """Rows as JSON, by the ids of their cases."""
    asked = await sheet.sheet.asked_of([row.case.id for row in rows])
    return {row.case.id: _text(row_json(row, steps, asked)) for row in rows}


def _text(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
