"""Sums that must hold on one document: net and tax make the total; what was paid less the change
is the total. A candidate that closes such a sum is likelier. Knows no layout."""

from __future__ import annotations

import numpy as np

from casework.extraction.features import amount_of
from casework.extraction.layout import Floats
from casework.extraction.meaning import Intent
from casework.extraction.prepared import Pool, Prepared

_CENT = 0.011
_LABELLED = 0.25
_COIN = 0.05
_ROUNDED = 2.5
"""Where a document rounds to coins, the rounded total is what is paid: surer than any label."""
_PARTS: dict[str, tuple[str, ...]] = {
    "total": ("total", "amount_due", "rounded_total", "gross_total"),
    "net": ("net", "subtotal"),
    "tax": ("tax",),
    "paid": ("cash_paid",),
    "change": ("change",),
    "rounding": ("rounding",),
}


def shape_is_money(intent: Intent) -> bool:
    """Whether sums can say something about the field."""
    return intent.type.name == "money" and role(intent) != ""


def role(intent: Intent) -> str:
    """Which part of a sum the field is: total, net, tax, or ''."""
    for name in ("total", "net", "tax"):
        if any(intent.means(concept) for concept in _PARTS[name]):
            return name
    return ""


def balance(prepared: Prepared, pool: Pool, intent: Intent) -> Floats:
    """1 for candidates that close a sum whose other parts bear their labels."""
    count = len(pool.candidates)
    amounts = [amount_of(value) for value in pool.candidates.values]
    values = np.array([np.nan if each is None else each for each in amounts])
    parts = {name: _part(prepared, pool, values, concepts) for name, concepts in _PARTS.items()}
    sums: list[tuple[float, float]] = []
    wanted = role(intent)
    if wanted == "total":
        paid = parts["paid"]
        sums += [(a - b, 1.0) for a in paid for b in parts["change"] if a > b]
        sums += [(a + b, 0.8) for a in parts["net"] for b in parts["tax"] if b > 0 and a > b]
        sums += [(a, 0.4) for a in paid]
        sums += [
            (a + sign * r, _ROUNDED)
            for a in parts["total"]
            for r in parts["rounding"]
            for sign in (1, -1)
            if 0 < abs(r) < _COIN and _is_round(a + sign * r) and not _is_round(a)
        ]
    elif wanted == "net":
        sums += [(a - b, 1.0) for a in parts["total"] for b in parts["tax"] if a > b > 0]
    else:
        sums += [(a - b, 1.0) for a in parts["total"] for b in parts["net"] if a > b]
    found = np.zeros(count)
    for value, strength in sums:
        hit = np.abs(values - value) < _CENT
        found[hit] = np.maximum(found[hit], strength)
    return found


def _is_round(amount: float) -> bool:
    """Whether it can be paid in coins of five cents."""
    return abs(amount / _COIN - round(amount / _COIN)) < 0.02


def _part(prepared: Prepared, pool: Pool, values: Floats, concepts: tuple[str, ...]) -> list[float]:
    """The distinct amounts that stand beside or below a label of these concepts."""
    wanted = {prepared.lexicon.by_name[name].index for name in concepts}
    weight = (
        np.array(
            [
                max((s for index, s in meant if index in wanted), default=0.0)
                for meant in prepared.anchors.concepts
            ]
        )
        * prepared.anchors.quality
    )
    if not len(weight):
        return []
    count = len(values)
    near = np.maximum(
        pool.relations.left.best(weight, count), 0.5 * pool.relations.above.best(weight, count)
    )
    return sorted({float(each) for each in values[(near > _LABELLED) & ~np.isnan(values)]})
