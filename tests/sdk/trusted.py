"""A worksheet whose cells a machine filled with a known confidence, and people who read those that
were drawn: everything is written as a run and a review would write it, without a document."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from casework.base.clock import stamp
from casework.base.ids import uuid7
from casework.engine.program import Program
from casework.sdk.ready import make_ready
from casework.sdk.worksheet import Worksheet
from casework.sdk.workspace import Workspace
from casework.store.store import Store
from casework.types.case import CellWrite, Outcome, Recorded
from casework.types.label import LEARNED, Label
from casework.types.learned import Gate, Stored, Version
from casework.types.proof import Proof
from casework.types.verdict import Verdict

PROCEDURE = """# Bills

## Supplier

## Net
- type: money

## Signed off
- type: yes/no
- review: always

## Large
`{Net} > 1000`
"""
LEARNS = ("supplier", "net")
THRESHOLDS = (0.9, 0.7, 0.5)
_GATE = Gate(True, 20, 20, 0.9, 0.95, 1, 0, "better")
_FIRST = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
_WEAK = Proof("unproved", note="no quote was given")


def value_of(step: str, wrong: bool = False) -> object:
    """What stands in a cell, and what a person reads where it is wrong."""
    if step == "net":
        return {"amount": "20" if wrong else "10", "currency": "EUR"}
    return "Birch Ltd" if wrong else "Alder Ltd"


@dataclass(slots=True)
class Trusted:
    """The worksheet with what it is written through."""

    workspace: Workspace
    sheet: Worksheet
    versions: dict[str, str]
    cases: dict[str, str]
    """Ids by name."""
    minute: int = 0

    @property
    def store(self) -> Store:
        return self.workspace._house.store

    @property
    def sheet_id(self) -> str:
        return self.sheet._record.id

    async def program(self) -> Program:
        followed = await self.sheet._following.in_force()
        return (await make_ready(self.workspace._house, followed))[1]

    def now(self) -> str:
        """A moment later than the one before."""
        self.minute += 1
        return stamp(_FIRST + dt.timedelta(minutes=self.minute))

    async def add(
        self,
        count: int,
        sure: Callable[[int], float] = lambda at: 0.95,
        *,
        novelty: float | None = None,
        proof: Proof = _WEAK,
    ) -> list[str]:
        """Add cases whose cells the machine has filled; the ids of them."""
        marks = {path: (await self.program()).by_id[path].mark for path in LEARNS}
        ids = []
        writes = []
        names = [f"case {len(self.cases) + at:04}" for at in range(count)]
        cases = await asyncio.gather(
            *(self.store.cases.add(self.sheet_id, name, name) for name in names)
        )
        for at, case in enumerate(cases):
            self.cases[case.name] = case.id
            ids.append(case.id)
            moment = self.now()
            signals = {} if novelty is None else {"novelty": novelty}
            for path in LEARNS:
                label = Label(frozenset({f"{LEARNED}{self.versions[path]}"}))
                outcome = Outcome(
                    "value",
                    value_of(path),  # type: ignore[arg-type]
                    proof=proof,
                    label=label,
                    confidence=sure(at),
                    signals=signals,
                )
                found = Recorded(uuid7(), uuid7(), 0, marks[path], {}, outcome, "", moment)
                writes.append(
                    CellWrite(self.sheet_id, case.id, path, "value", "", moment, recorded=found)
                )
        await asyncio.gather(*(self.store.cells.commit(write) for write in writes))
        await asyncio.gather(*(self.store.cases.set_times(id, self.now(), "") for id in ids))
        return ids

    async def read(
        self,
        cases: Sequence[str] | None = None,
        *,
        wrong: Collection[str] = (),
        steps: Sequence[str] = LEARNS,
        blind: bool = True,
        stream: bool = True,
        who: str = "Ada",
    ) -> None:
        """Let a person read the drawn cases (or these), blind, `wrong` ones differently."""
        drawn = await self.store.audits.of_worksheet(self.sheet_id)
        given = []
        for id in drawn if cases is None else cases:
            cells = await self.store.cells.of_case(id)
            for step in steps:
                if cells[step].human is not None:
                    continue
                machine = cells[step].machine
                assert machine is not None
                bad = id in wrong
                verdict = Verdict(
                    uuid7(), id, step, "corrected" if bad else "accepted",
                    value_of(step, bad), "", machine.id, who, self.now(),  # type: ignore[arg-type]
                    stream="audit" if stream else "", blind=blind,
                )  # fmt: skip
                given.append(verdict)
        await asyncio.gather(*(self.store.verdicts.add(verdict) for verdict in given))

    async def new_version(self, path: str) -> None:
        """Put another version of a step to work."""
        self.versions[path] = await _version(self.store, self.sheet_id, path)


async def trusted(workspace: Workspace, folder: Path, cases: int = 0) -> Trusted:
    """A worksheet of so many cases whose steps have learned."""
    path = folder / "bills.md"
    path.write_text(PROCEDURE, "utf-8")
    sheet = await workspace.new_worksheet("bills", path)
    await sheet.run()
    made = Trusted(workspace, sheet, {}, {})
    for step in LEARNS:
        await made.new_version(step)
    await made.add(cases)
    return made


async def _version(store: Store, sheet_id: str, path: str) -> str:
    number = await store.learned.next_number(sheet_id, path, "")
    stored = Stored(b"", {"number": number, "path": path})
    version = Version(
        uuid7(), sheet_id, path, number, "offered", "test", stored.sha256, _GATE,
        "2026-02-01T00:00:00.000Z", thresholds=THRESHOLDS, has_model=False,
    )  # fmt: skip
    await store.learned.add(version, stored)
    await store.learned.pin(sheet_id, [version.id], "Ada")
    return version.id


def spread(at: int) -> float:
    """Confidences of which about two in five reach the strictest threshold, and all the loosest."""
    return 0.5 + random.Random(at).random() / 2
