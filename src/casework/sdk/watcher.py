"""One watched folder: look, take what is complete into its case, write down what became of it.

The bytes are in their case before the arrival is written down. A process that is killed in between
finds the file again, and the case that has its bytes already: nothing is taken twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from casework.base.clock import moment, stamp
from casework.sdk.admitting import Admission
from casework.sdk.found_files import Found
from casework.sdk.intake import CHANGED, Intake, TakenIn
from casework.sdk.looking import FolderLook, Look, Sighting, mark_of
from casework.sdk.news import Teller
from casework.sdk.wire import House
from casework.types.arrival import ArrivalRecord, WatchRecord

AT_ONCE = 64
"""Files taken before what became of them is told."""
_ROWS_AT_ONCE = 1_000
_AGAIN_S = 60.0
"""How long a file that could not be read is left alone before it is tried again."""


@dataclass(slots=True)
class Passed:
    """What one pass over a folder did: cases that got files, files taken and refused, and how many
    are there that were not complete yet."""

    cases: dict[str, str] = field(default_factory=dict)
    taken: int = 0
    refused: int = 0
    open: int = 0

    def then(self, later: Passed) -> Passed:
        """What this pass and a later one did together."""
        return Passed(
            {**self.cases, **later.cases},
            self.taken + later.taken,
            self.refused + later.refused,
            later.open,
        )


class FolderWatch:
    """Watches one folder for one worksheet."""

    def __init__(self, house: House, record: WatchRecord, teller: Teller) -> None:
        self._arrivals = house.store.arrivals
        self._clock = house.clock
        self._workspace = house.folder
        readers = frozenset(record.options.readers) or None
        terms = Admission(readers, house.who(), rights=house.rights)
        self._intake = Intake(house.store, house.parsing, house.clock, record.worksheet_id, terms)
        self._teller = teller
        self._look: FolderLook | None = None
        self._refused: dict[str, str] = {}
        self._later: dict[str, float] = {}
        self.record = record
        self.problem = ""

    async def open(self) -> None:
        """Read what was dealt with before, so that it is not taken again."""
        now = self._clock.now()
        taken, seen = {}, {}
        for row in await self._arrivals.of_watch(self.record.id):
            mark = (row.size, row.mtime_ns)
            if row.state == "taken":
                taken[row.path] = mark
            elif row.state == "refused":
                self._refused[row.path] = row.reason
            else:
                age_s = max(0.0, (now - moment(row.seen_at)).total_seconds())
                seen[row.path] = (mark, age_s)
        self._look = FolderLook(
            Path(self.record.folder),
            settle_s=self.record.options.settle_s,
            taken=taken,
            seen=seen,
            now_s=time.monotonic(),
            without=self._workspace,
        )

    async def once(self) -> Passed:
        """One pass: take what is complete now."""
        assert self._look is not None
        look = await asyncio.to_thread(self._look.look, time.monotonic())
        passed = Passed(open=look.open)
        self._note_problem(look.problem)
        if look.problem:
            return passed
        await self._note_fresh(look)
        await self._note_refused(look, passed)
        due = [seen for seen in look.complete if time.monotonic() >= self._later.get(seen.path, 0)]
        for start in range(0, len(due), AT_ONCE):
            await self._take(due[start : start + AT_ONCE], passed)
        return passed

    def _note_problem(self, problem: str) -> None:
        if problem == self.problem:
            return
        words = f"{problem}; what was taken stands, and it goes on when it is back"
        self._teller.tell("problem", self.record.folder, words if problem else "is back")
        self.problem = problem

    async def _note_fresh(self, look: Look) -> None:
        at = stamp(self._clock.now())
        rows = [ArrivalRecord(s.path, *s.mark, "seen", s.why, seen_at=at) for s in look.fresh]
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            await self._arrivals.note_seen(self.record.id, rows[start : start + _ROWS_AT_ONCE])

    async def _note_refused(self, look: Look, passed: Passed) -> None:
        """Tell once what cannot be taken, and forget it when it can."""
        for sighting in look.refused:
            await self._refuse(sighting, sighting.why, passed)

    async def _take(self, chunk: Sequence[Sighting], passed: Passed) -> None:
        readable: dict[Path, Sighting] = {}
        for sighting in chunk:
            why = await asyncio.to_thread(_unreadable, sighting.place)
            if why == CHANGED:
                self._put_off(sighting, why)
            elif why:
                await self._refuse(sighting, why, passed)
                self._later[sighting.path] = time.monotonic() + _AGAIN_S
            else:
                readable[sighting.place] = sighting
        homes = await self._arrivals.homes(self.record.id, [s.path for s in readable.values()])
        told = await self._intake.take_in(
            [Found(place, sighting.folder) for place, sighting in readable.items()],
            grouping=self.record.options.grouping,
            homes={place: homes[s.path] for place, s in readable.items() if s.path in homes},
            still=lambda place: mark_of(place) == readable[place].mark,
        )
        arrived: dict[str, list[TakenIn]] = {}
        for one in told:
            sighting = readable[one.found.path]
            if one.failed:
                self._put_off(sighting, one.failed)
                continue
            await self._note_taken(sighting, one)
            passed.taken += 1
            arrived.setdefault(one.case_id, []).append(one)
        self._tell_arrived(arrived, passed)

    def _put_off(self, sighting: Sighting, why: str) -> None:
        """A file that changed while it was read settles anew; another trouble is ours, and it is
        tried again after a while."""
        assert self._look is not None
        if why == CHANGED:
            self._look.watch_on(sighting)
            return
        if sighting.path not in self._later:
            self._teller.tell("problem", sighting.path, f"{why}; it is tried again")
        self._later[sighting.path] = time.monotonic() + _AGAIN_S

    async def _note_taken(self, sighting: Sighting, one: TakenIn) -> None:
        assert self._look is not None
        at = stamp(self._clock.now())
        arrival = ArrivalRecord(
            sighting.path,
            *sighting.mark,
            "taken",
            "" if one.files else one.left_out,
            one.sha256,
            one.case_id,
            at,
            at,
        )
        await self._arrivals.note_done(self.record.id, arrival)
        self._look.deal_with(sighting)
        self._refused.pop(sighting.path, None)
        self._later.pop(sighting.path, None)

    async def _refuse(self, sighting: Sighting, why: str, passed: Passed) -> None:
        if self._refused.get(sighting.path) == why:
            return
        self._refused[sighting.path] = why
        passed.refused += 1
        at = stamp(self._clock.now())
        row = ArrivalRecord(sighting.path, *sighting.mark, "refused", why, seen_at=at)
        await self._arrivals.note_seen(self.record.id, [row])
        self._teller.tell("refused", sighting.path, why)

    def _tell_arrived(self, arrived: dict[str, list[TakenIn]], passed: Passed) -> None:
        for case_id, files in arrived.items():
            fresh = [file for one in files for file in one.files if not file.again]
            if not fresh:
                continue
            name = files[0].case_name
            passed.cases[case_id] = name
            locked = [file.name for file in fresh if file.state == "password"]
            unread = [
                f"{file.name} could not be read: {file.reason or file.state}"
                for file in fresh
                if file.state not in ("read", "password")
            ]
            words = ", ".join(file.name for file in fresh)
            self._teller.tell("arrived", name, words, case_id=case_id)
            for told in unread:
                self._teller.tell("problem", name, told, case_id=case_id)
            for told in locked:
                words = f"for the password of {told}"
                self._teller.tell("waits", name, words, case_id=case_id)


def _unreadable(place: Path) -> str:
    """Why this user cannot read a file; '' when it can be read."""
    try:
        with place.open("rb") as file:
            file.read(1)
    except PermissionError:
        return "it may not be read by this user"
    except FileNotFoundError:
        return CHANGED
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    return ""
