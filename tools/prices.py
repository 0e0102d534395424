"""Makes src/casework/observe/prices.json anew from genai-prices (MIT), needed for this alone.

    pip install --target /somewhere genai-prices
    PYTHONPATH=/somewhere python tools/prices.py 2026-11-21

Names of models are those that genai-prices matches exactly or by their beginning; a dated version
costs as its name. Of a price that changes with the date the newest counts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "src/casework/observe/prices.json"
PROVIDERS = {
    "anthropic": "anthropic",
    "azure": "azure",
    "cerebras": "cerebras",
    "deepseek": "deepseek",
    "fireworks": "fireworks",
    "google": "gemini",
    "groq": "groq",
    "mistral": "mistral",
    "moonshotai": "moonshot",
    "openai": "openai",
    "ovhcloud": "ovhcloud",
    "together": "together",
    "x-ai": "xai",
}
"""Names there, and ours. OpenRouter states what a call cost; the others are not in its table."""
UNIT = 'USD per million tokens; "above" holds when a request has more input tokens than that'
FREE = ["ollama", "vllm", "llamacpp", "lmstudio"]
FIELDS = (
    ("input", "input_mtok"),
    ("cached", "cache_read_mtok"),
    ("written", "cache_write_mtok"),
    ("output", "output_mtok"),
)


def names_of(model: Any) -> Iterator[str]:
    """The names that a model goes by."""
    yield model.id
    clauses = [model.match]
    while clauses:
        clause = clauses.pop()
        clauses += getattr(clause, "or_", ())
        for word in ("equals", "starts_with"):
            if isinstance(getattr(clause, word, None), str):
                yield getattr(clause, word)


def row_of(prices: Any) -> dict[str, Any] | None:
    """A row of our table: prices of short requests, and of long ones where they differ."""
    if isinstance(prices, list):
        prices = prices[-1].prices
    short: dict[str, Any] = {}
    long: dict[str, Any] = {}
    above = 0
    for ours, theirs in FIELDS:
        price = getattr(prices, theirs, None)
        if price is None:
            continue
        tiers = getattr(price, "tiers", None)
        short[ours] = long[ours] = float(price.base if tiers is not None else price)
        if tiers:
            above = tiers[0].start
            long[ours] = float(tiers[0].price)
    if "input" not in short or "output" not in short:
        return None
    return {**short, "above": {"tokens": above, **long}} if above else short


def main() -> None:
    from genai_prices.data import providers

    table: dict[str, dict[str, Any]] = {}
    for provider in providers:
        ours = PROVIDERS.get(provider.id)
        if ours is None:
            continue
        rows = {
            name: row
            for model in provider.models
            if (row := row_of(model.prices)) is not None
            for name in names_of(model)
        }
        table[ours] = dict(sorted(rows.items()))
    day = sys.argv[1]
    source = f"taken from genai-prices {version('genai-prices')} (MIT licence, "
    head = {
        "version": day,
        "as_of": day,
        "unit": UNIT,
        "source": source + "github.com/pydantic/genai-prices)",
        "free": FREE,
    }
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in head.items()]
    blocks = []
    for name, rows in sorted(table.items()):
        inner = ",\n".join(
            f"      {json.dumps(each)}: {json.dumps(row)}" for each, row in rows.items()
        )
        blocks.append(f"    {json.dumps(name)}: {{\n{inner}\n    }}")
    lines.append('  "prices": {\n' + ",\n".join(blocks) + "\n  }")
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
