"""Usage to money, from a table of prices with a version and a date. Calls nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from casework.types.usage import Usage

_PER = 1_000_000
# gpt-4o-2024-07-18, mistral-large-2512, some-model-20250101, some-model-latest
_DATED = re.compile(r"[-@](?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|\d{6}|latest|preview)$")


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens. `cached` is the price of input tokens read from the provider's cache,
    `written` of those written to it (None: as other input). Requests with more than `above_tokens`
    of input cost as `above`.
    """

    input: float
    output: float
    cached: float | None = None
    above_tokens: int = 0
    above: Price | None = None
    written: float | None = None

    def of(self, usage: Usage) -> float:
        """What this usage costs, taken as one request."""
        if self.above is not None and usage.input_tokens > self.above_tokens:
            return self.above.of(usage)
        cached = min(usage.cached_tokens, usage.input_tokens)
        written = min(usage.cache_write_tokens, usage.input_tokens - cached)
        return (
            (usage.input_tokens - cached - written) * self.input
            + cached * (self.input if self.cached is None else self.cached)
            + written * (self.input if self.written is None else self.written)
            + usage.output_tokens * self.output
        ) / _PER


FREE = Price(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by provider and model. `free` providers run on one's own machines and cost nothing."""

    version: str
    as_of: str
    by_model: Mapping[str, Mapping[str, Price]]
    free: frozenset[str] = frozenset()
    own: Mapping[str, Price] = field(default_factory=dict)

    def price(self, provider: str, model: str) -> Price | None:
        """The price of a model, a dated version at the price of its name; None when unknown."""
        own = self.own.get(f"{provider}:{model}")
        if own is not None:
            return own
        if provider in self.free:
            return FREE
        known = self.by_model.get(provider, {})
        found = known.get(model)
        return found if found is not None else known.get(_DATED.sub("", model))

    def cost_usd(self, provider: str, model: str, usage: Usage) -> float | None:
        """What a call cost; None when the price of the model is not known."""
        price = self.price(provider, model)
        return None if price is None else price.of(usage)

    def with_own(self, own: Mapping[str, Price]) -> Prices:
        """The same table with prices of one's own, by `provider:model`; these come first."""
        return Prices(self.version, self.as_of, self.by_model, self.free, {**self.own, **own})


@lru_cache(maxsize=1)
def shipped_prices() -> Prices:
    """The table that ships with this version of casework."""
    text = resources.files("casework.observe").joinpath("prices.json").read_text("utf-8")
    data = json.loads(text)
    by_model = {
        provider: {name: _price(row) for name, row in rows.items()}
        for provider, rows in data["prices"].items()
    }
    return Prices(data["version"], data["as_of"], by_model, frozenset(data["free"]))


def _price(row: Mapping[str, object]) -> Price:
    above = row.get("above")
    long = _price(above) if isinstance(above, dict) else None
    return Price(
        _number(row["input"]),
        _number(row["output"]),
        _optional(row, "cached"),
        above["tokens"] if isinstance(above, dict) else 0,
        long,
        _optional(row, "written"),
    )


def _optional(row: Mapping[str, object], name: str) -> float | None:
    return _number(row[name]) if name in row else None


def _number(value: object) -> float:
    return float(str(value))
