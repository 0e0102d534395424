"""What drafts may use of models: a small budget for each worksheet and day, looked at before each
call. Stands between the steps of a draft and the gateway."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from casework.base.errors import BudgetError
from casework.models.gateway import Gateway
from casework.store.drafts import Drafts, DraftSpent
from casework.types.message import ModelAnswer, ModelRequest
from casework.types.usage import Usage


@dataclass(frozen=True, slots=True)
class Most:
    """The most that drafts of a worksheet use in a day: US dollars, and calls."""

    usd: float
    calls: int


class Allowance:
    """The `ModelCalls` of one draft. A call is made while there is something left for it; what it
    will cost is taken to be what the dearest one so far did, and before there was one they go one
    by one. So a budget is passed by one call at most."""

    def __init__(self, calls: Gateway, drafts: Drafts, worksheet_id: str, day: str, most: Most):
        self._calls = calls
        self._drafts = drafts
        self._worksheet_id = worksheet_id
        self._day = day
        self._most = most
        self._in_flight = 0
        self._dearest: float | None = None
        self._turn = asyncio.Condition()
        self.calls = 0
        self.cost_usd: float | None = 0.0
        self.refused = ""
        """Why a call was not made, in words; '' while none was refused."""

    async def spent(self) -> DraftSpent:
        """What drafts of this worksheet used today."""
        return await self._drafts.used(self._worksheet_id, self._day)

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        """Ask through the gateway; raises `BudgetError` when nothing is left."""
        await self._enter()
        try:
            answer = await self._calls.ask(request)
            await self._count(answer.usage)
        finally:
            await self._leave()
        return answer

    def forget(self, request: ModelRequest) -> None:
        """Remember no answer to this request."""
        self._calls.forget(request)

    async def _enter(self) -> None:
        async with self._turn:
            while True:
                spent = await self.spent()
                self._check(spent)
                dearest = self._dearest or 0.0
                held = self._in_flight * dearest
                first = self._dearest is None and self._in_flight > 0
                tight = spent.cost_usd + held + dearest > self._most.usd and self._in_flight > 0
                crowded = spent.calls + self._in_flight >= self._most.calls
                if not (first or tight or crowded):
                    self._in_flight += 1
                    return
                await self._turn.wait()

    async def _count(self, used: Usage) -> None:
        if not used.calls:  # it was remembered
            return
        self.calls += used.calls
        known = self.cost_usd is not None and used.cost_usd is not None
        self.cost_usd = (self.cost_usd or 0.0) + (used.cost_usd or 0.0) if known else None
        cost_usd = used.cost_usd or 0.0
        self._dearest = max(self._dearest or 0.0, cost_usd)
        await self._drafts.use(self._worksheet_id, self._day, used.calls, cost_usd)

    async def _leave(self) -> None:
        async with self._turn:
            self._in_flight -= 1
            self._turn.notify_all()

    def _check(self, spent: DraftSpent) -> None:
        if (spent.cost_usd >= self._most.usd and spent.cost_usd > 0) or self._most.usd <= 0:
            told = f"${spent.cost_usd:,.2f} of the ${self._most.usd:,.2f} that draft.budget allows"
            raise self._over(told, "draft.budget")
        if spent.calls >= self._most.calls:
            told = f"{spent.calls} of the {self._most.calls} calls that draft.calls allows"
            raise self._over(told, "draft.calls")

    def _over(self, told: str, setting: str) -> BudgetError:
        words = f"Drafts of this worksheet have used {told} for today."
        self.refused = words
        return BudgetError(
            words, fix=f"Go on tomorrow, raise {setting}, or apply the draft as it is.", wide=True
        )
