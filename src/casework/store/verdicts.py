"""What people decided, row after row; and which decision stands over each cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from casework.store.codec import (
    Row,
    json_text,
    json_value,
    label_from,
    label_text,
    places_from,
    places_text,
    plain,
)
from casework.store.database import Database, Transaction, missing
from casework.types.case import value_digest
from casework.types.verdict import Verdict

COLUMNS = (
    "id, step_id, kind, value, absence, against, who, at, note, shown_because, shown_probability,"
    " stream, blind, seconds, proof, label"
)
_INSERT = f"INSERT INTO verdicts (case_n, {COLUMNS}) VALUES (?{', ?' * (COLUMNS.count(',') + 1)})"
_PLACE = (
    "INSERT INTO verdict_places (document, verdict) SELECT d.n, v.n FROM documents d, verdicts v"
    " WHERE v.id = ?1 AND d.sha256 IN (SELECT value FROM json_each(?2))"
)
_STAND = (
    "INSERT INTO cells (case_n, step_id, state, reason, since, tries, human, human_kind,"
    " human_digest) VALUES (?, ?, 'idle', '', '', 0, ?, ?, ?)"
    " ON CONFLICT (case_n, step_id) DO UPDATE SET human = excluded.human,"
    " human_kind = excluded.human_kind, human_digest = excluded.human_digest"
)

_DECIDED = ("accepted", "corrected", "rejected")


class Verdicts:
    """The verdicts of a workspace: a `VerdictStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, verdict: Verdict) -> None:
        """Write a verdict and let it stand over its cell, or take back the one before it."""
        row = _row(verdict)

        async def work(tx: Transaction) -> None:
            found = await tx.row("SELECT n FROM cases WHERE id = ?", (verdict.case_id,))
            if found is None:
                raise missing("case", verdict.case_id)
            await tx.execute(_INSERT, (found[0], *row))
            if cited := sorted({one.document for one in verdict.citations}):
                await tx.execute(_PLACE, (verdict.id, json_text(cited)))
            await _let_stand(tx, found[0], verdict)

        await self._database.write(work)

    async def of_cell(self, case_id: str, step_id: str) -> list[Verdict]:
        """Every verdict on a cell, oldest first."""
        rows = await self._database.rows(
            f"SELECT k.id, {_QUALIFIED} FROM cases k JOIN verdicts v ON v.case_n = k.n"
            " WHERE k.id = ? AND v.step_id = ? ORDER BY v.n",
            (case_id, step_id),
        )
        return [verdict_from(row) for row in rows]

    async def of_worksheet(self, worksheet_id: str) -> list[Verdict]:
        """Every verdict in a worksheet, oldest first."""
        rows = await self._database.long_read(
            f"SELECT k.id, {_QUALIFIED} FROM worksheets w JOIN cases k ON k.worksheet = w.n"
            " JOIN verdicts v ON v.case_n = k.n WHERE w.id = ? ORDER BY v.n",
            (worksheet_id,),
        )
        return [verdict_from(row) for row in rows]

    async def of_cases(self, case_ids: Sequence[str]) -> list[Verdict]:
        """Every verdict on cells of these cases (or rows), oldest first."""
        rows = await self._database.rows(
            f"SELECT k.id, {_QUALIFIED} FROM cases k JOIN verdicts v ON v.case_n = k.n"
            " WHERE k.id IN (SELECT value FROM json_each(?)) ORDER BY v.n",
            (json_text(list(case_ids)),),
        )
        return [verdict_from(row) for row in rows]

    async def last_of(self, worksheet_id: str, who: str) -> Verdict | None:
        """The latest decision of a person that still stands, in a worksheet or in the rows of its
        tables; None for none."""
        rows = await self._database.rows(
            f"SELECT k.id, {_QUALIFIED} FROM verdicts v JOIN cases k ON k.n = v.case_n"
            " JOIN cells c ON c.case_n = v.case_n AND c.step_id = v.step_id AND c.human = v.n"
            " JOIN worksheets w ON w.n = k.worksheet WHERE v.who = ?2 AND v.kind <> 'adopted'"
            " AND (w.id = ?1 OR w.parent = (SELECT n FROM worksheets WHERE id = ?1))"
            " ORDER BY v.n DESC LIMIT 1",
            (worksheet_id, plain(who)),
        )
        return verdict_from(rows[0]) if rows else None

    async def pace(self, worksheet_id: str, who: str, since: str) -> list[float | None]:
        """The seconds that each decision of a person took since a moment (None: not measured);
        what was taken back is none."""
        rows = await self._database.rows(
            "SELECT v.case_n, v.step_id, v.kind, v.who, v.seconds FROM verdicts v"
            " JOIN cases k ON k.n = v.case_n JOIN worksheets w ON w.n = k.worksheet"
            " WHERE w.id = ?1 AND v.at >= ?3 AND (v.who = ?2 OR EXISTS (SELECT 1 FROM verdicts u"
            " WHERE u.case_n = v.case_n AND u.step_id = v.step_id AND u.kind = 'undone'"
            " AND u.at >= ?3)) ORDER BY v.n",
            (worksheet_id, plain(who), since),
        )
        cells: dict[tuple[object, object], list[tuple[str, int]]] = {}
        for number, (case_n, step_id, kind, *_) in enumerate(rows):
            cells.setdefault((case_n, step_id), []).append((kind, number))
        held = sorted(number for kinds in cells.values() for number in stacked(kinds)[0])
        told = [rows[number][2:] for number in held]
        return [seconds for kind, by, seconds in told if by == plain(who) and kind in _DECIDED]

    async def tally(self, worksheet_id: str) -> list[tuple[str, str, bool, int, int]]:
        """What was decided of each step: step id, kind, whether it was an audit read blind, how
        many verdicts, and on how many cells."""
        rows = await self._database.long_read(
            "SELECT v.step_id, v.kind, v.audited, count(*), count(DISTINCT v.case_n) FROM"
            " (SELECT step_id, kind, case_n, CASE WHEN stream = 'audit' AND blind = 1 THEN 1"
            " ELSE 0 END AS audited FROM verdicts WHERE case_n IN (SELECT n FROM cases"
            " WHERE worksheet = (SELECT n FROM worksheets WHERE id = ?))) AS v"
            " GROUP BY v.step_id, v.kind, v.audited",
            (worksheet_id,),
        )
        return [
            (step, kind, bool(audited), int(count), int(cells))
            for step, kind, audited, count, cells in rows
        ]

    async def people(self, worksheet_id: str) -> list[str]:
        """Who has decided in a worksheet, by name."""
        rows = await self._database.rows(
            "SELECT DISTINCT v.who FROM verdicts v JOIN cases k ON k.n = v.case_n"
            " WHERE k.worksheet = (SELECT n FROM worksheets WHERE id = ?) ORDER BY v.who",
            (worksheet_id,),
        )
        return [row[0] for row in rows]


_QUALIFIED = ", ".join(f"v.{column}" for column in COLUMNS.split(", "))


def verdict_from(row: Row) -> Verdict:
    """The verdict of a row: the id of its case, then `COLUMNS`."""
    case_id, id, step_id, kind, value, *rest, blind, seconds, proof, label = row
    verdict = Verdict(id, case_id, step_id, kind, json_value(value), *rest)
    return replace(
        verdict,
        blind=bool(blind),
        seconds=seconds,
        citations=places_from(proof),
        label=label_from(label),
    )


def standing(kinds: Iterable[tuple[str, int]]) -> int | None:
    """The number of the verdict that holds, of (kind, number) oldest first; None when none does.

    `undone` takes back the newest that still held, so the one before it holds again; `redone` lets
    the one that was taken back last hold again, while nobody has decided since.
    """
    held, _ = stacked(kinds)
    return held[-1] if held else None


def stacked(kinds: Iterable[tuple[str, int]]) -> tuple[list[int], list[int]]:
    """The numbers of the verdicts that hold one above the other, and of those taken back that may
    hold again, the next one last."""
    held: list[int] = []
    back: list[int] = []
    for kind, number in kinds:
        if kind == "undone":
            back += [held.pop()] if held else []
        elif kind == "redone":
            held += [back.pop()] if back else []
        else:
            held.append(number)
            back.clear()
    return held, back


async def _let_stand(tx: Transaction, case_n: int, verdict: Verdict) -> None:
    rows = await tx.rows(
        "SELECT kind, n FROM verdicts WHERE case_n = ? AND step_id = ? ORDER BY n",
        (case_n, verdict.step_id),
    )
    number = standing((kind, number) for kind, number in rows)
    kind, mark = "", ""
    stands = "SELECT kind, value, absence FROM verdicts WHERE n = ?"
    if number is not None and (row := await tx.row(stands, (number,))):
        kind, value, absence = row
        mark = "" if kind == "rejected" else value_digest(json_value(value), absence)
    await tx.execute(_STAND, (case_n, verdict.step_id, number, kind, mark))


def _row(verdict: Verdict) -> Row:
    return (
        verdict.id,
        verdict.step_id,
        verdict.kind,
        json_text(verdict.value),
        verdict.absence,
        verdict.against,
        plain(verdict.who),
        verdict.at,
        plain(verdict.note),
        plain(verdict.shown_because),
        verdict.shown_probability,
        verdict.stream,
        int(verdict.blind),
        verdict.seconds,
        places_text(verdict.citations),
        label_text(verdict.label),
    )
