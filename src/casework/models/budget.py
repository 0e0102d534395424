"""Asks the budget before each call and tells it after. Knows no cap."""

from __future__ import annotations

from casework.models.call import Asks, Call
from casework.models.pricing import expected_usd
from casework.observe.cost import Prices
from casework.types.message import ModelAnswer
from casework.types.needs import Budget, Spending
from casework.types.usage import NO_USAGE, Usage


class Budgeted:
    """A wrapper: no call without room in every cap."""

    def __init__(self, inner: Asks, budget: Budget, prices: Prices) -> None:
        self._inner = inner
        self._budget = budget
        self._prices = prices

    async def ask(self, call: Call) -> ModelAnswer:
        """The answer; raises `BudgetError` when a cap is reached."""
        spending = self._spending(call)
        await self._budget.reserve(spending)
        used = NO_USAGE
        try:
            answer = await self._inner.ask(call)
            used = answer.usage
            return answer
        finally:
            self._budget.settle(spending, used)

    async def check(self, call: Call) -> None:
        """Raise `BudgetError` when there is no room for a call; sets nothing aside."""
        spending = self._spending(call)
        await self._budget.reserve(spending)
        self._budget.settle(spending, NO_USAGE)

    async def count(self, call: Call, used: Usage) -> None:
        """Count what was used for a call whose answer came in another way."""
        if used.calls:
            self._budget.settle(Spending(call.whose, call.name, 0, 0.0), used)

    def _spending(self, call: Call) -> Spending:
        expected = expected_usd(self._prices, call, call.request)
        return Spending(call.whose, call.name, call.tokens, expected)
