"""Folders that feed worksheets: watched while somebody runs the watch, and remembered for good.

A watched folder is a row of the workspace, so that a new process goes on where the last one
stopped. Looking is by the names, sizes and times of files, which works on network shares too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from casework.base.errors import NotFoundError, StoreError, UsageError
from casework.sdk.action import action
from casework.sdk.follow_up import FollowUp
from casework.sdk.grouping import check_grouping
from casework.sdk.news import OnNews, Teller
from casework.sdk.watcher import FolderWatch, Passed
from casework.sdk.wire import House
from casework.sdk.worksheet import Worksheet
from casework.store.readers import reader_groups
from casework.types.arrival import ArrivalRecord, ArrivalState, WatchOptions, WatchRecord

_LOOK_SHARE = 20
"""Of its time a watch looks at most one part in so many: large folders are looked at less often."""
_BEAT_S = 5.0

FindSheet = Callable[[str], Awaitable[Worksheet]]


@dataclass(frozen=True, slots=True)
class WatchView:
    """A watched folder with the name of its worksheet and how many of its files were taken, are
    not complete yet, and were refused."""

    watch: WatchRecord
    worksheet: str
    taken: int
    open: int
    refused: int


@dataclass(frozen=True, slots=True)
class WatchDone:
    """What watching once did: files taken and refused, files that are not complete yet, and cases
    that were answered or wait."""

    taken: int
    refused: int
    open: int
    answered: int
    waiting: int


class Watching:
    """The watched folders of a workspace."""

    def __init__(self, house: House, find: FindSheet) -> None:
        self._house = house
        self._find = find
        self._arrivals = house.store.arrivals

    @action("manage")
    async def add(
        self,
        folder: str | Path,
        *,
        worksheet: str = "",
        cases: str = "",
        run: bool = True,
        readers: Sequence[str] = (),
    ) -> WatchView:
        """Watch a folder for a worksheet from now on; `Watching.run` does the looking. `cases` says
        what makes a case and `readers` who may read what comes, as in `Worksheet.add`; without
        `run` files are only added."""
        sheet = await self._find(worksheet)
        path = self._checked(Path(folder))
        options = WatchOptions(
            check_grouping(cases) if cases else "",
            run,
            self._house.settings.number("watch.settle"),
            self._house.settings.number("watch.every"),
            tuple(sorted((reader_groups(readers) if readers else None) or ())),
        )
        record = await self._house.store.worksheets.get(sheet.name)
        return await self._view(await self._arrivals.start(record.id, str(path), options))

    @action("read")
    async def all(self) -> list[WatchView]:
        """Every watched folder, stopped ones too, oldest first."""
        told = [await self._view(record) for record in await self._arrivals.watches()]
        return [one for one in told if self._house.rights.may_know(one.worksheet)]

    @action("manage")
    async def stop(self, folder: str | Path, *, worksheet: str = "") -> list[WatchView]:
        """Stop watching a folder, for one worksheet or for all; what arrived stays. Whoever watches
        it ends at the next look. Raises `NotFoundError` when it is not watched."""
        found = await self._chosen([folder], worksheet)
        for record in found:
            await self._arrivals.stop(record.id)
        return [await self._view(replace(record, state="stopped")) for record in found]

    @action("read")
    async def arrivals(
        self, folder: str | Path, *, worksheet: str = "", state: ArrivalState | None = None
    ) -> list[ArrivalRecord]:
        """The files of a watched folder and what became of them, in the order of their arrival."""
        found = await self._chosen([folder], worksheet, stopped=True)
        return [
            row for record in found for row in await self._arrivals.of_watch(record.id, state or "")
        ]

    @action("edit")
    async def run(
        self, *folders: str | Path, once: bool = False, on_news: OnNews | None = None
    ) -> WatchDone:
        """Watch these folders, or all that are watched, until cancelled or stopped: take what is
        complete, run the worksheets, tell what happens. With `once` take what is complete now, run,
        and end. Raises `LeaseHeldError` while another process watches one of them."""
        records = await self._chosen(folders, "")
        async with AsyncExitStack() as held:
            for record in records:
                await self._arrivals.hold(record.id, "casework watch")
                held.push_async_callback(self._release, record.id)
            rounds = [await self._round(record, on_news) for record in records]
            by_sheet: dict[str, FollowUp] = {}  # folders of one worksheet share its runs
            for one in rounds:
                one.follow = by_sheet.setdefault(one.watch.record.worksheet_id, one.follow)
            if once:
                return await _once(rounds)
            await self._serve(rounds)
        return _summed(rounds)

    async def _round(self, record: WatchRecord, on_news: OnNews | None) -> _Round:
        sheet = await self._find((await self._view(record)).worksheet)
        teller = Teller(sheet.name, self._house.clock, on_news)
        watch = FolderWatch(self._house, record, teller)
        await watch.open()
        return _Round(watch, FollowUp(self._house, sheet, teller), teller)

    async def _serve(self, rounds: Sequence[_Round]) -> None:
        """Watch until every folder is stopped."""
        runs = {one.follow for one in rounds if one.watch.record.options.runs}
        watchers = [asyncio.create_task(self._watch(one)) for one in rounds]
        followers = [asyncio.create_task(follow.serve()) for follow in runs]
        tasks = {*watchers, *followers}
        try:
            while not all(task.done() for task in watchers):
                open_tasks = [task for task in tasks if not task.done()]
                done, _ = await asyncio.wait(open_tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self, one: _Round) -> None:
        """Look and take, again and again, until the folder is stopped."""
        record = one.watch.record
        one.teller.tell("watching", record.folder, _how_far(await self._view(record)))
        heart = asyncio.create_task(self._beat(one.watch))
        try:
            while await self._arrivals.beat(record.id, one.watch.problem):
                began = time.monotonic()
                passed = await _pass(one)
                if passed.cases:
                    one.follow.wake(passed.cases)
                one.done = one.done.then(replace(passed, cases={}))
                took_s = time.monotonic() - began
                await asyncio.sleep(max(record.options.every_s, took_s * _LOOK_SHARE))
        finally:
            heart.cancel()
        one.teller.tell("stopped", record.folder, "is no longer watched here")

    async def _beat(self, watch: FolderWatch) -> None:
        """Keep the hold on a folder while a long pass goes on."""
        while True:
            await asyncio.sleep(_BEAT_S)
            await self._arrivals.beat(watch.record.id, watch.problem)

    async def _release(self, watch_id: str) -> None:
        await asyncio.shield(self._arrivals.release(watch_id))

    async def _chosen(
        self, folders: Sequence[str | Path], worksheet: str, *, stopped: bool = False
    ) -> list[WatchRecord]:
        sheet = await self._house.store.worksheets.get(worksheet) if worksheet else None
        every = await self._arrivals.watches(sheet.id if sheet else "")
        known = [one for one in every if stopped or one.state == "watching"]
        if not folders:
            if not known:
                raise NotFoundError(
                    "No folder is watched.", fix="Watch one with: casework watch FOLDER"
                )
            return known
        paths = {str(Path(folder).resolve()) for folder in folders}
        found = [one for one in known if one.folder in paths]
        missing = paths - {one.folder for one in found}
        if missing:
            listed = ", ".join(one.folder for one in known) or "no folder"
            raise NotFoundError(
                f"{', '.join(sorted(missing))} is not watched.", fix=f"What is watched: {listed}."
            )
        return found

    async def _view(self, record: WatchRecord) -> WatchView:
        sheet = await self._house.store.worksheets.get(record.worksheet_id)
        counts = await self._arrivals.counts(record.id)
        told = [counts.get(state, 0) for state in ("taken", "seen", "refused")]
        return WatchView(record, sheet.name, *told)

    def _checked(self, folder: Path) -> Path:
        path = folder.resolve()
        if not _is_folder(path):
            raise UsageError(f"There is no folder {folder}.", fix="Make it, or check the name.")
        if path.is_relative_to(self._house.folder.resolve()):
            raise UsageError(
                f"{folder} lies in the workspace itself.", fix="Watch a folder outside of it."
            )
        return path


@dataclass(slots=True)
class _Round:
    """A watched folder, what follows its worksheet, and who is told."""

    watch: FolderWatch
    follow: FollowUp
    teller: Teller
    done: Passed = field(default_factory=Passed)
    problem: str = ""


async def _pass(one: _Round) -> Passed:
    """One pass. A workspace that cannot be written for now is told of once, and tried again."""
    try:
        passed, problem = await one.watch.once(), ""
    except StoreError as error:
        passed, problem = Passed(), str(error)
    if problem and problem != one.problem:
        one.teller.tell("problem", one.watch.record.folder, problem)
    one.problem = problem
    return passed


async def _once(rounds: Sequence[_Round]) -> WatchDone:
    """Look, wait until what is new may have settled, look again; then run."""
    for one in rounds:
        one.done = await one.watch.once()
    if any(one.done.open for one in rounds):
        await asyncio.sleep(max(one.watch.record.options.settle_s for one in rounds))
        for one in rounds:
            one.done = one.done.then(await one.watch.once())
    for one in rounds:
        if one.done.cases:
            one.follow.wake(one.done.cases)
    for follow in {one.follow for one in rounds if one.watch.record.options.runs}:
        await follow.once()
    return _summed(rounds)


def _summed(rounds: Sequence[_Round]) -> WatchDone:
    follows = {one.follow for one in rounds}
    return WatchDone(
        sum(one.done.taken for one in rounds),
        sum(one.done.refused for one in rounds),
        sum(one.done.open for one in rounds),
        sum(follow.answered for follow in follows),
        sum(len(follow.waiting) for follow in follows),
    )


def _how_far(view: WatchView) -> str:
    told = f"for {view.worksheet}"
    return f"{told}; {view.taken:,} files were taken before" if view.taken else told


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # no name of a folder at all: too long, say
        return False
