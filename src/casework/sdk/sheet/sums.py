"""Columns added up: from the sums of the index, or for somebody who may not read everything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casework.sdk.sheet.marks import TONES, Tone
from casework.sdk.sheet.views import StepHead
from casework.store.database import Row
from casework.store.looks import CaseLook, Sum
from casework.types.procedure import Procedure

_BILLION = 1_000_000_000
Sums = Mapping[str, Mapping[str, tuple[int, int, int, int]]]
"""By step and tone: cells, settled ones, what they cost in billionths, how many have a price."""


def summed(sums: Iterable[Sum]) -> Sums:
    """The sums of an index."""
    found: dict[str, dict[str, tuple[int, int, int, int]]] = {}
    for one in sums:
        told = (one.cells, one.settled, one.cost, one.priced)
        found.setdefault(one.step_id, {})[one.tone] = told
    return found


def summed_open(rows: Iterable[Row]) -> Sums:
    """Rows of step, tone, cells, settled, cost and priced."""
    found: dict[str, dict[str, tuple[int, int, int, int]]] = {}
    for step_id, tone, *told in rows:
        cells, settled, cost, priced = map(int, told)
        found.setdefault(step_id, {})[tone] = (cells, settled, cost, priced)
    return found


def heads_of(procedure: Procedure, sums: Sums, exact: bool) -> tuple[StepHead, ...]:
    """The heads of the columns."""
    heads = []
    for step in procedure.steps:
        told = sums.get(step.id, {})
        tones: dict[Tone, int] = {tone: told[tone][0] if tone in told else 0 for tone in TONES}
        settled, cost, priced = (sum(one[at] for one in told.values()) for at in (1, 2, 3))
        heads.append(StepHead(step, tones, settled, cost / _BILLION if priced else None, exact))
    return tuple(heads)


def with_looks(sums: Sums, looks: Iterable[CaseLook]) -> Sums:
    """The sums with the cells of these cases as well."""
    found = {step_id: dict(tones) for step_id, tones in sums.items()}
    for look in looks:
        for cell in look.cells:
            column = found.setdefault(cell.step_id, {})
            cells, settled, cost, priced = column.get(cell.tone, (0, 0, 0, 0))
            known = cell.cost is not None
            column[cell.tone] = (
                cells + 1, settled + cell.settled, cost + (cell.cost or 0), priced + known,
            )  # fmt: skip
    return found
