"""Calls of models as rows: found, newest first, with what people said of them. Holds SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.base.errors import NotFoundError
from casework.store.codec import Row, json_text, label_from, plain
from casework.store.database import Database, Parameter, Transaction
from casework.types.label import NO_LABEL, Label
from casework.types.values import Json

CALL = "chat "
"""How the name of the span of a call begins."""
_PLACE = "s.outcome, s.position"
_COLUMNS = (
    f"{_PLACE}, s.id, s.name, s.started_ns, s.duration_ns, s.status, s.attributes,"
    " coalesce(o.id, ''), coalesce(o.kind, ''), coalesce(o.run_id, ''), coalesce(o.step_id, ''),"
    " coalesce(o.label, ''), coalesce(k.id, ''), coalesce(k.name, ''), coalesce(w.slug, '')"
)
_FROM = (
    " FROM spans s LEFT JOIN outcomes o ON o.n = s.outcome LEFT JOIN cases k ON k.n = o.case_n"
    " LEFT JOIN worksheets w ON w.n = k.worksheet"
)
_CALLS = f"SELECT {_COLUMNS}{_FROM} WHERE s.name LIKE '{CALL}%'"
_BEFORE = " AND (s.outcome < ? OR (s.outcome = ? AND s.position < ?))"
_IN_ORDER = " ORDER BY s.outcome DESC, s.position DESC LIMIT ?"
_OF_SHEET = " AND w.id = ?"
_NESTED = (
    " AND (w.id = ? OR w.n IN (WITH RECURSIVE below (n) AS (SELECT n FROM worksheets WHERE id = ?"
    " UNION ALL SELECT c.n FROM worksheets c JOIN below b ON c.parent = b.n) SELECT n FROM below))"
)
_NOTE = (
    "INSERT INTO call_notes (outcome, position, who, mark, note, tags, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (outcome, position, who) DO UPDATE SET"
    " mark = excluded.mark, note = excluded.note, tags = excluded.tags, at = excluded.at"
)
_NOTES = "SELECT outcome, position, who, mark, note, tags, at FROM call_notes"
_END = 1 << 62


@dataclass(frozen=True, slots=True)
class CallPlace:
    """Where a call stands: the number of its outcome (0: it belongs to no cell) and its position
    among the spans of that."""

    outcome: int
    position: int

    def __str__(self) -> str:
        return f"{self.outcome}.{self.position}"


FIRST = CallPlace(_END, _END)
"""Before every call, when they are read newest first."""


@dataclass(frozen=True, slots=True)
class CallNote:
    """What somebody said of a call: `mark` is 1 for good, -1 for bad, 0 for neither."""

    who: str
    mark: int
    note: str
    tags: tuple[str, ...]
    at: str = ""


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call and the cell that it was made for; `attributes` are those of its span."""

    place: CallPlace
    span_id: str
    name: str
    started_ns: int
    duration_ns: int
    status: str
    attributes: Mapping[str, Json]
    outcome_id: str
    outcome_kind: str
    run_id: str
    step_id: str
    label: Label
    case_id: str
    case_name: str
    worksheet: str
    notes: tuple[CallNote, ...] = ()


@dataclass(frozen=True, slots=True)
class CallsWanted:
    """Which calls are looked for; '' and None ask for any. `model` is as `gen_ai.request.model`
    names it; `mark` 1, -1; `tag` one that somebody gave; `noted` only those somebody spoke of."""

    worksheet_id: str = ""
    run_id: str = ""
    step_id: str = ""
    case_id: str = ""
    model: str = ""
    status: str = ""
    mark: int = 0
    tag: str = ""
    noted: bool = False


class Calls:
    """The calls of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, wanted: CallsWanted, *, before: CallPlace = FIRST, limit: int = 100
    ) -> list[CallRow]:
        """So many calls that fit, newest first, from the one before this place on."""
        sql, told = _where(wanted)
        at: list[Parameter] = [before.outcome, before.outcome, before.position]
        rows = await self._database.long_read(
            f"{_CALLS}{sql}{_BEFORE}{_IN_ORDER}", [*told, *at, limit]
        )
        return await self._with_notes(rows)

    async def one(self, place: CallPlace) -> CallRow:
        """The call at this place; raises `NotFoundError`."""
        rows = await self._database.rows(
            f"{_CALLS} AND s.outcome = ? AND s.position = ?", (place.outcome, place.position)
        )
        if not rows:
            raise NotFoundError(
                f"There is no call {place}.", fix="It may have gone with a document forgotten."
            )
        return (await self._with_notes(rows))[0]

    async def say(self, place: CallPlace, note: CallNote) -> None:
        """Keep what somebody says of a call; what they said of it before is replaced."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> None:
            await tx.execute(
                _NOTE,
                (
                    place.outcome, place.position, plain(note.who), note.mark, plain(note.note),
                    json_text([plain(tag) for tag in note.tags]), at,
                ),
            )  # fmt: skip

        await self._database.write(work)

    async def tags(self, worksheet_id: str) -> dict[str, int]:
        """How many calls of a worksheet (of all for '') bear each tag, the most used first."""
        sql, told = ("", ()) if not worksheet_id else (_NESTED, (worksheet_id, worksheet_id))
        rows = await self._database.long_read(
            "SELECT c.tags FROM call_notes c LEFT JOIN outcomes o ON o.n = c.outcome"
            " LEFT JOIN cases k ON k.n = o.case_n LEFT JOIN worksheets w ON w.n = k.worksheet"
            f" WHERE c.tags <> '[]'{sql}",
            told,
        )
        counted: dict[str, int] = {}
        for (tags,) in rows:
            for tag in json.loads(tags):
                counted[tag] = counted.get(tag, 0) + 1
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    async def models(self, worksheet_id: str) -> list[str]:
        """The models that cells of a worksheet (of all for '') were answered by."""
        sql, told = ("", ()) if not worksheet_id else (_OF_SHEET, (worksheet_id,))
        rows = await self._database.long_read(
            "SELECT DISTINCT o.model FROM outcomes o JOIN cases k ON k.n = o.case_n"
            f" JOIN worksheets w ON w.n = k.worksheet WHERE o.calls > 0{sql} ORDER BY 1",
            told,
        )
        return [row[0] for row in rows if row[0]]

    async def _with_notes(self, rows: Sequence[Row]) -> list[CallRow]:
        outcomes = sorted({row[0] for row in rows})
        notes: dict[CallPlace, list[CallNote]] = {}
        if outcomes:
            found = await self._database.rows(
                f"{_NOTES} WHERE outcome IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
                " ORDER BY at",
                (json_text(outcomes),),
            )
            for outcome, position, *told in found:
                notes.setdefault(CallPlace(outcome, position), []).append(_note(told))
        return [_row(row, notes.get(CallPlace(row[0], row[1]), ())) for row in rows]


def _where(wanted: CallsWanted) -> tuple[str, list[Parameter]]:
    """The conditions of a search, and what they are compared with."""
    told: list[tuple[str, Sequence[Parameter]]] = []
    if wanted.worksheet_id:
        told.append((_NESTED, (wanted.worksheet_id, wanted.worksheet_id)))
    for column, value in (
        ("o.run_id", wanted.run_id),
        ("o.step_id", wanted.step_id),
        ("k.id", wanted.case_id),
        ("s.status", wanted.status),
    ):
        if value:
            told.append((f" AND {column} = ?", (value,)))
    if wanted.model:
        pattern = "".join(f"!{c}" if c in "!%_" else c for c in json_text(wanted.model))
        told.append(
            (
                " AND s.attributes LIKE ? ESCAPE '!'",
                (f'%"gen!_ai.request.model":{pattern}%',),
            )
        )
    noted, compared = _of_notes(wanted)
    if noted:
        told.append(
            (
                " AND EXISTS (SELECT 1 FROM call_notes c WHERE c.outcome = s.outcome"
                f" AND c.position = s.position{noted})",
                compared,
            )
        )
    return "".join(sql for sql, _ in told), [one for _, values in told for one in values]


def _of_notes(wanted: CallsWanted) -> tuple[str, list[Parameter]]:
    sql, told = "", list[Parameter]()
    if wanted.mark:
        sql, told = f"{sql} AND c.mark = ?", [*told, wanted.mark]
    if wanted.tag:
        pattern = "".join(f"!{c}" if c in "!%_" else c for c in json_text(wanted.tag))
        sql, told = f"{sql} AND c.tags LIKE ? ESCAPE '!'", [*told, f"%{pattern}%"]
    if wanted.noted and not sql:
        sql = " AND (c.mark <> 0 OR c.note <> '' OR c.tags <> '[]')"
    return sql, told


def _note(row: Iterable[object]) -> CallNote:
    who, mark, note, tags, at = row
    assert isinstance(mark, int)
    return CallNote(str(who), mark, str(note), tuple(json.loads(str(tags))), str(at))


def _row(row: Row, notes: Iterable[CallNote]) -> CallRow:
    (outcome, position, span_id, name, started_ns, duration_ns, status, attributes, outcome_id,
     kind, run_id, step_id, label, case_id, case_name, slug) = row  # fmt: skip
    return CallRow(
        CallPlace(outcome, position), span_id, name, started_ns, duration_ns, status,
        json.loads(attributes), outcome_id, kind, run_id, step_id,
        label_from(label) if label else NO_LABEL, case_id, case_name, slug, tuple(notes),
    )  # fmt: skip
