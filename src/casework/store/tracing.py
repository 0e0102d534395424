"""Back from a place in a document to the cells that rest on it, now and in the past.

Holds SQL. Whether a citation touches a span or a box is looked at here and not in the database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from casework.store.codec import (
    Row,
    boxes_from,
    json_text,
    json_value,
    label_from,
    places_from,
    stretches_from,
)
from casework.store.database import Database, Parameter
from casework.types.document import Box
from casework.types.label import NO_LABEL, Label
from casework.types.proof import Citation, Grade, Stretch, Support
from casework.types.values import Json

Standing = Literal["current", "proposed", "past"]
"""In force in its cell; put forward by a pending change; neither any more."""

_CITED = (
    "SELECT t.outcome, t.position FROM citations t"
    " WHERE t.document_n = (SELECT n FROM documents WHERE sha256 = ?)"
)
_ANYWHERE = f"{_CITED} AND t.page > 0"
_ON_PAGE = f"{_CITED} AND t.page = ? UNION {_CITED} AND t.further <> ''"
_USES = (
    "SELECT u.case_n, u.step_id, o.id, o.value, o.absence, o.at,"
    " CASE WHEN c.machine = u.outcome THEN 'current' WHEN c.proposed = u.outcome OR EXISTS"
    " (SELECT 1 FROM proposals p JOIN changes g ON g.n = p.change WHERE p.case_n = u.case_n"
    " AND p.step_id = u.step_id AND p.machine = u.outcome AND g.state = 'open')"
    " THEN 'proposed' ELSE 'past' END, coalesce(c.human_kind, ''), t.claim, t.page, t.start, t.end,"
    " t.boxes, t.further, t.quote, t.grade, t.support, t.place, o.label"
    " FROM (SELECT f.outcome, f.position, o.case_n, o.step_id FROM ({found}) f"
    " JOIN outcomes o ON o.n = f.outcome"
    " UNION SELECT f.outcome, f.position, r.case_n, r.step_id FROM ({found}) f"
    " JOIN reuses r ON r.outcome = f.outcome) u"
    " JOIN citations t ON t.outcome = u.outcome AND t.position = u.position"
    " JOIN outcomes o ON o.n = u.outcome"
    " LEFT JOIN cells c ON c.case_n = u.case_n AND c.step_id = u.step_id"
    " ORDER BY t.page, t.start, u.case_n, u.step_id, u.outcome DESC, t.position"
)
_DECIDED = (
    "SELECT v.case_n, v.step_id, v.value, v.absence, v.at, v.who,"
    " CASE WHEN c.human = v.n THEN 'current' ELSE 'past' END, coalesce(c.human_kind, ''),"
    " v.proof, v.label FROM verdict_places p JOIN verdicts v ON v.n = p.verdict"
    " LEFT JOIN cells c ON c.case_n = v.case_n AND c.step_id = v.step_id"
    " WHERE p.document = (SELECT n FROM documents WHERE sha256 = ?)"
    " ORDER BY v.case_n, v.step_id, v.n DESC"
)
_OWNERS = (
    "WITH RECURSIVE up (n, at, depth) AS (SELECT k.n, k.n, 0 FROM cases k WHERE k.n IN"
    " (SELECT CAST(value AS INTEGER) FROM json_each(?))"
    " UNION ALL SELECT up.n, k.parent, up.depth + 1 FROM up JOIN cases k ON k.n = up.at"
    " WHERE k.parent IS NOT NULL)"
    " SELECT up.n, k.id, k.name, w.id, w.name, w.parent_step FROM up JOIN cases k ON k.n = up.at"
    " JOIN worksheets w ON w.n = k.worksheet ORDER BY up.n, up.depth DESC"
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose cell it is. `tables` are the step of each table that its row stands in and the name of
    that row, from the outside in; empty for a cell of the case itself."""

    worksheet_id: str
    worksheet_name: str
    case_id: str
    case_name: str
    row_id: str
    tables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A citation of a place by a cell. `of_claim` says that a claim of a reasoned answer rests on
    it, and not the value itself; `decided` is the kind of the verdict that the cell has. `who` is
    the person who took the value from there ('' for what the machine found, which has an
    `outcome_id`)."""

    owner: Owner
    step_id: str
    outcome_id: str
    standing: Standing
    value: Json
    absence: str
    at: str
    decided: str
    of_claim: bool
    stretches: tuple[Stretch, ...]
    quote: str
    grade: Grade
    support: Support
    place: str
    label: Label = NO_LABEL
    who: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to look back from: a document, or a page of it (0: all), or a part of that page: a
    span of its text (end exclusive), or a box."""

    document: str
    page: int = 0
    span: tuple[int, int] | None = None
    box: Box | None = None

    def touches(self, stretches: Iterable[Stretch]) -> bool:
        """Whether any of the stretches lies in or touches this place."""
        return any(self._on(stretch) for stretch in stretches)

    def _on(self, stretch: Stretch) -> bool:
        if self.page and stretch.page != self.page:
            return False
        if self.span is not None and not (
            stretch.start < self.span[1] and self.span[0] < stretch.end
        ):
            return False
        return self.box is None or any(_overlap(self.box, box) for box in stretch.boxes)


class Tracing:
    """Which cells rest on a place."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def uses(self, *spots: Spot, worksheet_id: str = "") -> list[Use]:
        """The cells that cite any of these places of one document, in the order in which their
        quotes stand there; of one worksheet with its tables, or ('') of all."""
        pages = {(spot.document, spot.page) for spot in spots}
        if not pages:
            return []
        document, page = pages.pop() if len(pages) == 1 else (spots[0].document, 0)
        one: list[Parameter] = [document, page, document] if page else [document]
        rows = await self._database.long_read(
            _USES.format(found=_ON_PAGE if page else _ANYWHERE), one * 2
        )
        touched = ((row, _stretches(row)) for row in rows)
        kept = [(row, told) for row, told in touched if any(spot.touches(told) for spot in spots)]
        said = [
            (row, one)
            for row in await self._database.long_read(_DECIDED, (document,))
            for one in places_from(row[8])
            if one.document == document and any(spot.touches(one.stretches) for spot in spots)
        ]
        owners = await self._owners({row[0] for row, _ in (*kept, *said)})
        uses = [_use(row, told, owners[row[0]]) for row, told in kept]
        uses += [_said(row, one, owners[row[0]]) for row, one in said]
        uses.sort(key=lambda use: use.stretches[0][:2])
        return [use for use in uses if worksheet_id in ("", use.owner.worksheet_id)]

    async def _owners(self, cases: Iterable[int]) -> dict[int, Owner]:
        wanted = sorted(cases)
        if not wanted:
            return {}
        found: dict[int, list[Row]] = {}
        for row in await self._database.long_read(_OWNERS, (json_text(wanted),)):
            found.setdefault(row[0], []).append(row)
        return {number: _owner(rows) for number, rows in found.items()}


def _owner(rows: list[Row]) -> Owner:
    """Whose a row is, from its line of cases, the outermost first."""
    _, case_id, case_name, sheet_id, sheet_name, _ = rows[0]
    tables = tuple((row[5], row[2]) for row in rows[1:])
    return Owner(sheet_id, sheet_name, case_id, case_name, rows[-1][1], tables)


def _stretches(row: Row) -> tuple[Stretch, ...]:
    page, start, end, boxes, further = row[9:14]
    return (Stretch(page, start, end, boxes_from(boxes)), *stretches_from(further))


def _use(row: Row, stretches: tuple[Stretch, ...], owner: Owner) -> Use:
    (_, step_id, outcome_id, value, absence, at, standing, decided, claim) = row[:9]
    quote, grade, support, place, label = row[14:]
    ordered = tuple(sorted(stretches, key=lambda one: (one.page, one.start)))
    return Use(
        owner, step_id, outcome_id, standing, json_value(value), absence or "", at, decided,
        claim >= 0, ordered, quote, grade, support, place, label_from(label),
    )  # fmt: skip


def _said(row: Row, citation: Citation, owner: Owner) -> Use:
    """A place that a person took a value from."""
    _, step_id, value, absence, at, who, standing, decided, _, label = row
    return Use(
        owner, step_id, "", standing, json_value(value), absence, at, decided, False,
        citation.stretches, citation.quote, citation.grade, citation.support, citation.place,
        label_from(label), who,
    )  # fmt: skip


def _overlap(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1
