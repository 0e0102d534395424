"""The rows of a table as cases of a nested worksheet: what is written when a table has a value."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.types.values import Json


@dataclass(frozen=True, slots=True)
class RowWrite:
    """One row as it now is. `id` is that of the case it was before, or a fresh one; `name` what
    people call it; `fields` what stands in it, by the ids of its columns."""

    id: str
    name: str
    fields: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowsWrite:
    """All rows of one table of one case, in their order, written in one transaction.

    `worksheet_id` is the nested worksheet, `parent_id` the case with the table, `step_id` the id
    of its step there. `digest` is that of the value (and proof) the rows were made from; `source`
    that of the proof. Rows that are not among them are retired, and none is deleted.
    """

    worksheet_id: str
    parent_id: str
    step_id: str
    digest: str
    source: str
    at: str
    rows: tuple[RowWrite, ...]
    run_id: str = ""
