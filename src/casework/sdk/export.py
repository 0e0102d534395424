"""How cells stand in files: as JSON, and as text that no spreadsheet takes for a formula."""

from __future__ import annotations

import dataclasses
import json

from casework.sdk.views import CellView, RowView
from casework.types.values import Json

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Also the full-width forms, which some spreadsheets read as the signs themselves."""


def neutral(text: str) -> str:
    """Text that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def row_json(row: RowView) -> dict[str, Json]:
    """The cells of a case by step id, and the rows of its tables by the id of the table."""
    told: dict[str, Json] = {"cells": {cell.step_id: cell_json(cell) for cell in row.cells}}
    if row.nested:
        told["rows"] = {
            table.step.id: [
                {"row": one.case.name, "id": one.case.id, **row_json(one)} for one in table.rows
            ]
            for table in row.nested
        }
    return told


def cell_json(cell: CellView) -> dict[str, Json]:
    """A cell as JSON: value, state, proof with its places, and who decided."""
    proof = dataclasses.asdict(cell.proof)
    verdict = dataclasses.asdict(cell.verdict) if cell.verdict else None
    if verdict is not None:
        del verdict["label"]
    told: dict[str, Json] = {
        "name": cell.step_name,
        "state": cell.state,
        "value": cell.value,
        "shown": cell.shown,
        "absence": cell.absence or None,
        "reason": cell.reason,
        "since": cell.since,
        "proof": json.loads(json.dumps(proof)),
        "needs_person": cell.needs or None,
        "provisional": cell.provisional or None,
        "flags": list(cell.flags),
        "out_of_date": cell.outdated or None,
        "proposed": cell.proposed_shown or None,
        "verdict": json.loads(json.dumps(verdict)),
        "model": cell.model or None,
        "confidence": cell.confidence,
        "sureness": cell.sureness or None,
    }
    if cell.readers is not None:
        told["readers"] = [*sorted(cell.readers)]
    if cell.hidden:
        told["hidden"] = True
    return told
