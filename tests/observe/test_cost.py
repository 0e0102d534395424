from __future__ import annotations

import re

import pytest

from casework.observe.cost import FREE, Price, Prices, shipped_prices
from casework.types.usage import Usage

_PRICES = Prices(
    "1",
    "2026-01-01",
    {
        "openai": {
            "gpt-x": Price(2.0, 8.0, 0.5),
            "gpt-y": Price(1.0, 2.0, None, 1000, Price(2.0, 3.0)),
        }
    },
    frozenset({"ollama"}),
)


def test_tokens_become_money_with_cached_ones_cheaper() -> None:
    usage = Usage(1, input_tokens=1000, output_tokens=100, cached_tokens=400)
    assert _PRICES.cost_usd("openai", "gpt-x", usage) == pytest.approx(
        (600 * 2.0 + 400 * 0.5 + 100 * 8.0) / 1e6
    )


def test_tokens_written_to_a_cache_have_a_price_of_their_own() -> None:
    usage = Usage(1, input_tokens=1000, cached_tokens=300, cache_write_tokens=500)
    price = Price(2.0, 8.0, 0.5, written=2.5)
    assert price.of(usage) == pytest.approx((200 * 2.0 + 300 * 0.5 + 500 * 2.5) / 1e6)
    assert Price(2.0, 8.0).of(usage) == pytest.approx(1000 * 2.0 / 1e6)


def test_cached_tokens_cost_the_usual_where_no_price_is_told() -> None:
    usage = Usage(1, input_tokens=500, cached_tokens=500)
    assert _PRICES.cost_usd("openai", "gpt-y", usage) == pytest.approx(500 / 1e6)


def test_a_long_request_costs_more_a_token() -> None:
    short, long = Usage(1, 1000, 10), Usage(1, 1001, 10)
    assert _PRICES.cost_usd("openai", "gpt-y", short) == pytest.approx(1020 / 1e6)
    assert _PRICES.cost_usd("openai", "gpt-y", long) == pytest.approx((2002 + 30) / 1e6)


def test_an_unknown_model_has_no_price_rather_than_none_to_pay() -> None:
    assert _PRICES.cost_usd("openai", "secret", Usage(1, 10, 10)) is None
    assert _PRICES.cost_usd("elsewhere", "gpt-x", Usage(1, 10, 10)) is None


@pytest.mark.parametrize("dated", ["gpt-x-2026-01-31", "gpt-x-20260131", "gpt-x-latest"])
def test_a_dated_version_costs_as_its_name(dated: str) -> None:
    assert _PRICES.price("openai", dated) == _PRICES.price("openai", "gpt-x")


def test_models_of_our_own_machines_cost_nothing() -> None:
    assert _PRICES.cost_usd("ollama", "anything:8b", Usage(1, 10**6, 10**6)) == 0.0


def test_a_price_of_ones_own_comes_first() -> None:
    prices = _PRICES.with_own({"ollama:big": Price(1.0, 1.0), "house:m": FREE})
    assert prices.cost_usd("ollama", "big", Usage(1, 10**6)) == pytest.approx(1.0)
    assert prices.cost_usd("house", "m", Usage(1, 10**6)) == 0.0


def test_the_shipped_table_has_a_version_a_date_and_sensible_prices() -> None:
    prices = shipped_prices()
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", prices.as_of)
    assert prices.version
    assert {"ollama", "vllm", "llamacpp"} <= prices.free
    known = [price for table in prices.by_model.values() for price in table.values()]
    assert len(known) > 100
    assert all(0 <= price.input <= 1000 and 0 <= price.output <= 1000 for price in known)
    assert all((price.cached or 0) <= price.input for price in known)
    assert prices.price("openai", "gpt-4o-mini") is not None
    claude = prices.price("anthropic", "claude-sonnet-4-5")
    assert claude is not None
    assert claude.written == pytest.approx(claude.input * 1.25)
