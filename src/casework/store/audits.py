"""The audit stream: which cases were drawn, and what people read in them. Draws and judges nothing.

The SQL names no draw of its own: which cases may be drawn is told here, by whom in `review`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from casework.store.cases import THERE
from casework.store.codec import Row, json_text, json_value, label_from, proof_from
from casework.store.database import Database, Transaction
from casework.types.label import LEARNED
from casework.types.trust import Audit, DrawnCell, Earlier, Judged

_READINGS = '"readings"'
"""What the text of a proof has that tells of several readers."""
_SHEET = "k.worksheet = (SELECT n FROM worksheets WHERE id = ?)"
_INSERT = (
    "INSERT INTO audits (case_n, probability, twice, drawn_at)"
    " SELECT n, ?, ?, ? FROM cases WHERE id = ? ON CONFLICT (case_n) DO NOTHING"
)
_DRAWN = (
    "SELECT k.id, a.probability, a.twice, a.drawn_at FROM audits a JOIN cases k ON k.n = a.case_n"
    f" WHERE {_SHEET} AND {THERE} ORDER BY a.n"
)
_MEASURED = (
    "SELECT 1 FROM cells c JOIN outcomes o ON o.n = c.machine WHERE c.case_n = k.n"
    f" AND (o.confidence IS NOT NULL OR o.proof LIKE '%{_READINGS}%')"
    " AND o.meaning IN (SELECT value FROM json_each(?))"
)
_DRAWABLE = (
    f"SELECT k.id FROM cases k WHERE {_SHEET} AND {THERE} AND k.answered_at <> ''"
    " AND k.set_aside = '' AND NOT EXISTS (SELECT 1 FROM audits a WHERE a.case_n = k.n)"
    " AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.case_n = k.n"
    " AND v.step_id IN (SELECT value FROM json_each(?)))"
    " AND NOT EXISTS (SELECT 1 FROM past_decisions p WHERE p.case_n = k.n"
    " AND p.step_id IN (SELECT value FROM json_each(?)))"
    f" AND EXISTS ({_MEASURED}) ORDER BY k.n"
)
_IMPORTED = (
    "SELECT k.id, p.step_id FROM audits a JOIN cases k ON k.n = a.case_n"
    f" JOIN past_decisions p ON p.case_n = k.n WHERE {_SHEET} AND {THERE}"
)
_JUDGED = (
    "SELECT v.id, k.id, v.step_id, v.kind, v.value, v.absence, v.who, v.at, v.stream, v.blind,"
    " coalesce(o.meaning, ''), coalesce(o.value, 'null'), coalesce(o.absence, ''), o.confidence,"
    " coalesce(o.signals, ''), coalesce(o.at, ''), coalesce(o.label, ''), coalesce(o.proof, '')"
    " FROM audits a JOIN cases k ON k.n = a.case_n JOIN verdicts v ON v.case_n = k.n"
    f" LEFT JOIN outcomes o ON o.id = v.against WHERE {_SHEET} AND {THERE} ORDER BY v.n"
)
_CELLS = (
    "SELECT k.id, c.step_id, CASE WHEN o.absence = 'conflict' THEN NULL ELSE o.confidence END,"
    " c.human_kind <> '', coalesce(o.proof, ''), coalesce(o.meaning, ''), coalesce(o.label, '')"
    " FROM audits a JOIN cases k ON k.n = a.case_n JOIN cells c ON c.case_n = k.n"
    " LEFT JOIN outcomes o ON o.n = c.machine AND c.state IN ('value', 'absent')"
    f" WHERE {_SHEET} AND {THERE} ORDER BY a.n"
)
_CONFIDENCES = (
    "SELECT k.id, c.step_id, o.absence, o.confidence,"
    f" CASE WHEN o.proof LIKE '%{_READINGS}%' THEN o.proof ELSE '' END"
    " FROM cases k JOIN cells c ON c.case_n = k.n"
    " JOIN outcomes o ON o.n = c.machine"
    f" WHERE {_SHEET} AND {THERE} AND c.state IN ('value', 'absent')"
    f" AND (o.confidence IS NOT NULL OR o.proof LIKE '%{_READINGS}%')"
    " AND o.meaning IN (SELECT value FROM json_each(?)) ORDER BY k.n"
)
_SIGNALS = (
    "SELECT k.id, o.at, o.signals FROM cases k JOIN cells c ON c.case_n = k.n"
    " JOIN outcomes o ON o.n = c.machine"
    f" WHERE {_SHEET} AND {THERE} AND o.signals <> '' AND o.at > ?"
    " AND o.meaning IN (SELECT value FROM json_each(?)) ORDER BY o.at, k.n"
)


class Audits:
    """The audit streams of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draw(
        self, case_ids: Sequence[str], probability: float, twice: Collection[str], at: str
    ) -> None:
        """Put cases into the stream, with how likely each was to be drawn; those among `twice` are
        read by two people. One that is in it stays as it was drawn."""
        rows = [(probability, int(id in twice), at, id) for id in case_ids]

        async def work(tx: Transaction) -> None:
            await tx.many(_INSERT, rows)

        if rows:
            await self._database.write(work)

    async def of_worksheet(self, worksheet_id: str) -> dict[str, Audit]:
        """The stream by case id, in the order in which the cases were drawn."""
        rows = await self._database.rows(_DRAWN, (worksheet_id,))
        return {id: Audit(chance, bool(twice), at) for id, chance, twice, at in rows}

    async def drawable(
        self, worksheet_id: str, steps: Collection[str], meanings: Collection[str]
    ) -> list[str]:
        """The cases that may be drawn: answered, not set aside, with a result under one of these
        meanings whose confidence was measured, and no person's word on any of these steps yet,
        neither here nor in what was decided before."""
        read = json_text(sorted(steps))
        told = (read, read, json_text(sorted(meanings)))
        rows = await self._database.long_read(_DRAWABLE, (worksheet_id, *told))
        return [id for (id,) in rows]

    async def judged(self, worksheet_id: str) -> list[Judged]:
        """Every verdict on cells of the stream, oldest first."""
        rows = await self._database.long_read(_JUDGED, (worksheet_id,))
        return [_judged(row) for row in rows]

    async def imported(self, worksheet_id: str) -> frozenset[tuple[str, str]]:
        """Case and step of the cells of the stream that were decided before casework."""
        rows = await self._database.long_read(_IMPORTED, (worksheet_id,))
        return frozenset((case, step) for case, step in rows)

    async def cells(self, worksheet_id: str) -> list[DrawnCell]:
        """The cells of the stream as they are now."""
        rows = await self._database.long_read(_CELLS, (worksheet_id,))
        return [
            DrawnCell(
                case, step, _surest(confidence, proof), bool(decided), meaning, _versions(label)
            )
            for case, step, confidence, decided, proof, meaning, label in rows
        ]

    async def confidences(
        self, worksheet_id: str, meanings: Collection[str]
    ) -> list[tuple[str, str, float]]:
        """Case, step and confidence of each cell whose result has one of these meanings, where it
        was measured of any reader: that of the surest of those who say what stands in it. Of a
        conflict, and where only readers were measured who say something else, it is 0."""
        told = json_text(sorted(meanings))
        rows = await self._database.long_read(_CONFIDENCES, (worksheet_id, told))
        found = (
            (case, step, _passing(absence, confidence, proof))
            for case, step, absence, confidence, proof in rows
        )
        return [(case, step, sure) for case, step, sure in found if sure is not None]

    async def signals(
        self, worksheet_id: str, meanings: Collection[str], since: str
    ) -> list[tuple[str, str, dict[str, float]]]:
        """Case, time and signals of each result under these meanings that came after a stamp, in
        the order of time."""
        told = json_text(sorted(meanings))
        rows = await self._database.long_read(_SIGNALS, (worksheet_id, since, told))
        return [(case, at, _signals(text)) for case, at, text in rows]


def _judged(row: Row) -> Judged:
    id, case, step, kind, value, absence, who, at, stream, blind, meaning, *machine = row
    machine_value, machine_absence, confidence, signals, found_at, label, proof = machine
    return Judged(
        id, case, step, kind, json_value(value), absence, who, at, stream, bool(blind), meaning,
        json_value(machine_value), machine_absence, confidence, _signals(signals), found_at,
        _versions(label), _earlier(proof),
    )  # fmt: skip


def _versions(label: str) -> frozenset[str]:
    """The learned versions (ids) that an answer came from."""
    sources = label_from(label).sources
    return frozenset(one.removeprefix(LEARNED) for one in sources if one.startswith(LEARNED))


def _earlier(proof: str) -> tuple[Earlier, ...]:
    """What readers said that passed the cell on, as far as it was measured how sure they were."""
    readings = proof_from(proof).readings if _READINGS in proof else ()
    return tuple(
        Earlier(one.value, one.absence, one.confidence)
        for one in readings[:-1]
        if one.confidence is not None
    )


def _passing(absence: str, confidence: float | None, proof: str) -> float | None:
    """The highest threshold with which a result passes by a promise; None where nothing tells."""
    if absence == "conflict":
        return 0.0
    readings = proof_from(proof).readings if proof else ()
    measured = [one for one in readings if one.confidence is not None]
    agreeing = [one.confidence or 0.0 for one in measured if one.agrees]
    found = [*agreeing, *([] if confidence is None else [float(confidence)])]
    return max(found, default=0.0 if measured else None)


def _surest(confidence: float | None, proof: str) -> float | None:
    found = [one.confidence for one in _earlier(proof)]
    return max([*found, *([] if confidence is None else [confidence])], default=None)


def _signals(text: str) -> dict[str, float]:
    told = json_value(text) if text else {}
    found = told.items() if isinstance(told, dict) else ()
    return {name: float(one) for name, one in found if isinstance(one, int | float)}
