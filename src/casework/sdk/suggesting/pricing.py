"""What the first run of a draft would cost, told from the words of its files and the prices of the
models that its steps name. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterable

from casework.observe.cost import Prices, shipped_prices
from casework.sdk.suggesting.views import Suggested
from casework.types.procedure import Method
from casework.types.usage import Usage

_LETTERS_A_WORD, _LETTERS_A_TOKEN = 6, 4
"""Of a word with the space behind it; of a token as the tables of providers have it."""
_ASKING_TOKENS = 700
"""What stands around the documents in a question: how to answer, the step, the shape."""
_ANSWER_TOKENS = 300


def expected_usd(
    suggested: Suggested, methods: Iterable[Method], prices: Prices | None = None
) -> float | None:
    """About what these steps cost over all cases, each shown the documents of its case; None where
    a price is not known. What is remembered, cached or tried again is not counted."""
    table = prices or shipped_prices()
    cases = suggested.cases
    words = sum(file.words for file in suggested.files if file.readable and not file.describes)
    cost = 0.0
    for method in methods:
        provider, _, name = method.model.partition(":")
        price = table.price(provider, name)
        if price is None:
            return None
        letters = round(words * _LETTERS_A_WORD / max(1, cases))
        calls = method.calls_for(letters)
        shown = min(letters, method.window * calls) if method.window else letters
        tokens = round(shown / _LETTERS_A_TOKEN) + calls * _ASKING_TOKENS
        cost += cases * price.of(Usage(calls, tokens, calls * _ANSWER_TOKENS))
    return cost
