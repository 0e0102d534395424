"""Caps on what calls of models may use: checked before each call, counted after it. Law 6.

A call that would pass a cap is not made; its cell waits, and the reason tells the cap, what is used
of it and which setting raises it. What a call is expected to use is set aside while it is in
flight. So a cap is passed by no more than what the calls in flight at that moment use above what
was expected of them; and, where several processes share a cap, by what the others used within the
last `REFRESH_S` seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from casework.base.clock import Clock, stamp
from casework.base.errors import BudgetError, CaseworkError
from casework.engine.caps import QUARTER_S, Over, passed, quarter, start_of_day
from casework.engine.program import Program
from casework.observe.collect import use
from casework.types.needs import Spending, SpendingStore
from casework.types.run import Plan
from casework.types.spending import NOTHING_SPENT, Caps, CapScope, Spent, spent
from casework.types.usage import Usage

REFRESH_S = 2.0
"""How old what other processes have used may be."""

_Key = tuple[CapScope, str]
"""A cap and whose: the ids of a cell, of a case, of a worksheet; '' for the day; a model."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What was set aside for a call in flight."""

    spending: Spending
    keys: tuple[_Key, ...]
    expected: Spent


@dataclass(slots=True)
class _Read:
    """Sums as they were read, with what this process itself had used by then."""

    at_s: float
    since: str
    sheet: Spent
    models: dict[str, Spent]
    own_sheet: Spent
    own_models: dict[str, Spent]


class Purse:
    """The `Budget` of a workspace, for one process. `zone` decides when a day begins."""

    def __init__(
        self, caps: Caps, store: SpendingStore, *, clock: Clock, zone: str = "UTC"
    ) -> None:
        self.caps = caps
        self._store = store
        self._clock = clock
        self._zone = zone
        self._own_sheets: dict[str, Spent] = {}
        self._own_models: dict[str, Spent] = {}
        self._open: dict[tuple[str, str], Spent] = {}
        self._case_of: dict[tuple[str, str], str] = {}
        self._reserved: dict[_Key, Spent] = {}
        self._held: dict[int, _Held] = {}
        self._typical: dict[tuple[str, str], tuple[int, Spent]] = {}
        self._read: dict[str, _Read] = {}
        self._reading = asyncio.Lock()
        self._delta: dict[tuple[str, str, str], Spent] = {}
        self._told: dict[tuple[_Key, str], str] = {}
        self._waiting: list[asyncio.Future[None]] = []
        self._broken: CaseworkError | None = None
        self._now = (-1, "")

    async def reserve(self, spending: Spending) -> None:
        """Set aside what the call is expected to use; raises `BudgetError` when that passes a cap.

        While other calls may still leave enough, it waits for them.
        """
        if not self.caps.set:
            return
        if self._broken is not None:
            raise self._broken
        expected, priced = self._expected(spending)
        while True:
            used = await self._used(spending)
            tight = False
            for key, sum_ in used.items():
                cap = self.caps.of(key[0], spending.model)
                over = passed(key[0], spending.model, cap, sum_, expected, priced=priced)
                if over is not None:
                    raise self._refusal(key, over)
                held = self._reserved.get(key, NOTHING_SPENT)
                tight |= passed(
                    key[0], spending.model, cap, sum_ + held, expected, priced=priced
                ) is not None  # fmt: skip
            if not tight:
                break
            await self._next_end()
        for key in used:
            self._reserved[key] = self._reserved.get(key, NOTHING_SPENT) + expected
        self._held[id(spending)] = _Held(spending, tuple(used), expected)

    def settle(self, spending: Spending, used: Usage) -> None:
        """The call is over: count what it used and give back what was set aside."""
        held = self._held.pop(id(spending), None)
        for key in held.keys if held else ():
            self._reserved[key] -= held.expected if held else NOTHING_SPENT
        if used.calls:
            use(used)
            self._count(spending, spent(used))
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    def committed(self, case_id: str, step_id: str) -> None:
        """What a cell used is in the store now, or its try was given up."""
        self._open.pop((case_id, step_id), None)
        self._case_of.pop((case_id, step_id), None)

    async def outlook(
        self, worksheet_id: str, expected: Mapping[str, tuple[Spent, bool]]
    ) -> tuple[str, ...]:
        """Which caps work of so much would pass, in words; by model, with whether it is priced."""
        if not self.caps.shared or not expected:
            return ()
        read = await self._sums(worksheet_id)
        everything = sum((told for told, _ in expected.values()), NOTHING_SPENT)
        priced = all(known for _, known in expected.values())
        asked: list[tuple[CapScope, str, Spent, Spent, bool]] = [
            ("worksheet", "", read.sheet, everything, priced),
            ("day", "", sum(read.models.values(), NOTHING_SPENT), everything, priced),
        ]
        for model, (told, known) in sorted(expected.items()):
            asked.append(("model", model, read.models.get(model, NOTHING_SPENT), told, known))
        found = (
            passed(scope, model, self.caps.of(scope, model), used, told, priced=known)
            for scope, model, used, told, known in asked
        )
        return tuple(over.of_plan(self._zone) for over in found if over is not None)

    def _expected(self, spending: Spending) -> tuple[Spent, bool]:
        """What a call of this step of this model used on average so far; before there is one, what
        the caller thinks. And whether its price is known."""
        count, sums = self._typical.get((spending.whose.step_id, spending.model), (0, None))
        if sums is None:
            cost = spending.cost_usd
            return Spent(1, spending.tokens, cost or 0.0), cost is not None
        priced = spending.cost_usd is not None or not sums.unpriced
        return Spent(1, sums.tokens // count, sums.cost_usd / count), priced

    async def _used(self, spending: Spending) -> dict[_Key, Spent]:
        """What is used of every cap that this call counts to."""
        whose, caps = spending.whose, self.caps
        found: dict[_Key, Spent] = {}
        if caps.cell.set and whose.case_id:
            at = (whose.case_id, whose.step_id)
            stored = await self._store.of_cell(*at)
            found["cell", "/".join(at)] = stored + self._open.get(at, NOTHING_SPENT)
        if caps.case.set and whose.case_id:
            whole = whose.whole_case_id
            stored = await self._store.of_case(whole)
            found["case", whole] = stored + self._open_of(whole)
        if not caps.shared:
            return found
        read = await self._sums(whose.worksheet_id)
        if caps.worksheet.set and whose.worksheet_id:
            found["worksheet", whose.worksheet_id] = read.sheet
        found["day", ""] = sum(read.models.values(), NOTHING_SPENT)
        found["model", spending.model] = read.models.get(spending.model, NOTHING_SPENT)
        return {key: used for key, used in found.items() if caps.of(key[0], spending.model).set}

    def _open_of(self, case_id: str) -> Spent:
        open_cells = (
            sums for at, sums in self._open.items() if self._case_of.get(at, at[0]) == case_id
        )
        return sum(open_cells, NOTHING_SPENT)

    async def _sums(self, worksheet_id: str) -> _Read:
        """The sums of now: as they were read, and what this process has used since."""
        since = quarter(start_of_day(self._clock.now(), self._zone))
        async with self._reading:
            read = self._read.get(worksheet_id)
            age_s = self._clock.monotonic_s() - read.at_s if read else REFRESH_S
            if read is None or age_s >= REFRESH_S or read.since != since:
                self._flush()
                own = dict(self._own_models)
                own_sheet = self._own_sheets.get(worksheet_id, NOTHING_SPENT)
                at_s = self._clock.monotonic_s()
                sheet, models = await self._store.now(worksheet_id, since)
                read = _Read(at_s, since, sheet, models, own_sheet, own)
                self._read[worksheet_id] = read
        later = self._own_sheets.get(worksheet_id, NOTHING_SPENT) - read.own_sheet
        known = {*read.models, *self._own_models}
        models = {
            model: read.models.get(model, NOTHING_SPENT)
            + self._own_models.get(model, NOTHING_SPENT)
            - read.own_models.get(model, NOTHING_SPENT)
            for model in known
        }
        return replace(read, sheet=read.sheet + later, models=models)

    def _count(self, spending: Spending, used: Spent) -> None:
        whose, model = spending.whose, spending.model
        if not self._delta:
            asyncio.get_running_loop().call_soon(self._flush)
        key = (whose.worksheet_id, model, self._quarter())
        self._delta[key] = self._delta.get(key, NOTHING_SPENT) + used
        if not self.caps.set:
            return
        at = (whose.step_id, model)
        count, sums = self._typical.get(at, (0, NOTHING_SPENT))
        self._typical[at] = count + used.calls, sums + used
        for own, name in ((self._own_sheets, whose.worksheet_id), (self._own_models, model)):
            own[name] = own.get(name, NOTHING_SPENT) + used
        if whose.case_id:
            cell = (whose.case_id, whose.step_id)
            self._open[cell] = self._open.get(cell, NOTHING_SPENT) + used
            self._case_of[cell] = whose.whole_case_id

    def _quarter(self) -> str:
        """The quarter of an hour of now; its text is made once a quarter."""
        now = self._clock.now()
        number = int(now.timestamp() // QUARTER_S)
        if number != self._now[0]:
            self._now = number, quarter(stamp(now))
        return self._now[1]

    def _flush(self) -> None:
        """Hand the sums to the store: before the cells that they were spent on are committed."""
        if not self._delta:
            return
        delta, self._delta = self._delta, {}
        try:
            self._store.add(delta)
        except CaseworkError as error:  # nobody waits here; the next call is told
            self._broken = error

    def _refusal(self, key: _Key, over: Over) -> BudgetError:
        """The error for a cap; as long as it is the same cap it says the same words."""
        words = self._told.setdefault((key, over.unit), over.words())
        wide = key[0] in ("worksheet", "day", "model")
        return BudgetError(words, fix=over.fix(self._zone), wide=wide)

    async def _next_end(self) -> None:
        """Return when any call in flight is over."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        await waiter


def expected_by_model(plan: Plan, program: Program) -> dict[str, tuple[Spent, bool]]:
    """What a plan expects each model to use, and whether all of it is priced."""
    found: dict[str, tuple[Spent, bool]] = {}
    for group in plan.groups:
        if group.expected is None:
            continue
        model = program.at(group.step_id).method.model
        before, priced = found.get(model, (NOTHING_SPENT, True))
        priced = priced and group.expected.cost_usd is not None
        found[model] = before + spent(group.expected), priced
    return found
