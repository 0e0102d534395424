"""What happened to cells, in the order in which it happened, whatever the clock said.

Outcomes, what was put in force beside them, what lapsed, and verdicts. Holds SQL and no view.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from casework.base.errors import NotFoundError
from casework.store.codec import CITATION_COLUMNS, OUTCOME_COLUMNS, Row, json_text, recorded_from
from casework.store.database import Database
from casework.store.verdicts import COLUMNS as VERDICT_COLUMNS
from casework.store.verdicts import verdict_from
from casework.types.case import REUSABLE, Recorded
from casework.types.past import Happened, Moment, What

_BATCH_CASES = 256
_NUMBERS = "(SELECT CAST(value AS INTEGER) FROM json_each(?))"
_OUTCOMES = (
    "SELECT o.case_n, o.step_id, o.n, o.at, o.run_id, coalesce(r.n, 0), o.kind, o.reason,"
    " o.waiting_for, coalesce(r.change_id, '')"
    " FROM outcomes o LEFT JOIN runs r ON r.id = o.run_id"
    f" WHERE o.case_n IN {_NUMBERS} AND substr(o.run_id, 1, 6) <> 'draft:'"
)
"""Without what drafts found: it was never in force, nor proposed."""
_REUSES = (
    "SELECT u.case_n, u.step_id, u.after_n, u.turn, u.at, u.run_id, coalesce(r.n, 0), u.outcome,"
    " u.why, u.who, o.kind, o.reason FROM reuses u JOIN outcomes o ON o.n = u.outcome"
    " LEFT JOIN runs r ON r.id = u.run_id"
    f" WHERE u.case_n IN {_NUMBERS}"
)
_LAPSES = (
    "SELECT l.case_n, l.step_id, l.after_n, l.turn, l.at, l.run_id, coalesce(r.n, 0), l.state,"
    " l.waiting_for, l.reason, l.who FROM lapses l LEFT JOIN runs r ON r.id = l.run_id"
    f" WHERE l.case_n IN {_NUMBERS}"
)
_VERDICTS = (
    "SELECT v.case_n, v.step_id, v.n, k.id, "
    + ", ".join(f"v.{column}" for column in VERDICT_COLUMNS.split(", "))
    + f" FROM verdicts v JOIN cases k ON k.n = v.case_n WHERE v.case_n IN {_NUMBERS} ORDER BY v.n"
)
_CITED = (
    f"SELECT outcome, {CITATION_COLUMNS} FROM citations WHERE outcome IN {_NUMBERS}"
    " ORDER BY outcome, position"
)
_MOMENT = (
    "SELECT r.n, r.id, r.procedure_version, r.ended_at, r.started_at, r.verdicts_upto,"
    " (SELECT count(*) FROM runs b WHERE b.worksheet = r.worksheet AND b.n <= r.n"
    " AND b.change_id = '') FROM runs r JOIN worksheets w ON w.n = r.worksheet WHERE w.id = ?"
)
_TOUCHED = (
    "WITH RECURSIVE sheets (n) AS (SELECT n FROM worksheets WHERE id = ?1"
    " UNION ALL SELECT w.n FROM worksheets w JOIN sheets s ON w.parent = s.n),"
    " touched (n) AS (SELECT k.n FROM sheets s JOIN cases k ON k.worksheet = s.n WHERE"
    " EXISTS (SELECT 1 FROM outcomes o WHERE o.case_n = k.n AND o.run_id = ?2)"
    " OR EXISTS (SELECT 1 FROM reuses u WHERE u.case_n = k.n AND u.run_id = ?2)"
    " OR EXISTS (SELECT 1 FROM lapses l WHERE l.case_n = k.n AND l.run_id = ?2)),"
    " around (n, at) AS (SELECT n, n FROM touched"
    " UNION ALL SELECT a.n, k.parent FROM around a JOIN cases k ON k.n = a.at"
    " WHERE k.parent IS NOT NULL)"
    " SELECT top.id, k.n, k.id FROM around a JOIN cases top ON top.n = a.at"
    " JOIN cases k ON k.n = a.n WHERE top.parent IS NULL ORDER BY top.n, k.n"
)
_FOUND: Mapping[str, What] = {"failed": "failed", "waiting": "waited"}
"""What a recorded outcome of a kind says; any other was found."""
_Key = tuple[int, int, int]
"""The newest outcome before, whether it came beside outcomes, and its turn among those."""
Timeline = dict[str, list[Happened]]
"""What happened to each cell of a case, by step id."""


class Past:
    """The past of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_case(self, case_id: str) -> Timeline:
        """What happened to each cell of a case: machine and people each in their order."""
        row = await self._database.row("SELECT n FROM cases WHERE id = ?", (case_id,))
        if row is None:
            return {}
        return (await self._timelines([(row[0], case_id)])).get(case_id, {})

    async def of_cases(self, case_ids: Sequence[str]) -> dict[str, Timeline]:
        """The same of several cases, by case id."""
        rows = await self._database.rows(
            "SELECT n, id FROM cases WHERE id IN (SELECT value FROM json_each(?))",
            (json_text(list(case_ids)),),
        )
        return await self._timelines([(number, id) for number, id in rows])

    async def touched(
        self, worksheet_id: str, run_id: str
    ) -> AsyncIterator[tuple[str, dict[str, Timeline]]]:
        """The past of the cases in which a run did something: the id of each case, with what was
        touched of it and of the rows of its tables, by their ids."""
        rows = await self._database.long_read(_TOUCHED, (worksheet_id, run_id))
        top, family = "", dict[str, Timeline]()
        for start in range(0, len(rows), _BATCH_CASES):
            batch = rows[start : start + _BATCH_CASES]
            found = await self._timelines([(number, id) for _, number, id in batch])
            for around, _, id in batch:
                if around != top and family:
                    yield top, family
                    family = {}
                top = around
                family[id] = found[id]
        if family:
            yield top, family

    async def outcomes(self, numbers: Iterable[int]) -> dict[int, Recorded]:
        """The outcomes of these numbers, with their citations."""
        wanted = sorted(set(numbers) - {0})
        if not wanted:
            return {}
        asked = (json_text(wanted),)
        cited = {
            number: [row[1:] for row in group]
            for number, group in groupby(
                await self._database.rows(_CITED, asked), key=lambda row: row[0]
            )
        }
        rows = await self._database.rows(
            f"SELECT n, {OUTCOME_COLUMNS} FROM outcomes WHERE n IN {_NUMBERS}", asked
        )
        return {row[0]: recorded_from(row[1:], cited.get(row[0], ())) for row in rows}

    async def with_outcomes(self, events: Sequence[Happened]) -> list[Happened]:
        """The same events with the outcomes that they are about."""
        found = await self.outcomes(event.outcome for event in events)
        return [replace(event, recorded=found.get(event.outcome)) for event in events]

    async def places(self, worksheet_id: str) -> dict[str, int]:
        """The runs of a worksheet by id, numbered from 1 as they began; none of pending changes."""
        rows = await self._database.rows(
            "SELECT r.id FROM runs r JOIN worksheets w ON w.n = r.worksheet"
            " WHERE w.id = ? AND r.change_id = '' ORDER BY r.n",
            (worksheet_id,),
        )
        return {row[0]: place for place, row in enumerate(rows, 1)}

    async def after_run(self, worksheet_id: str, run_id: str) -> Moment:
        """The end of a run; of one that goes on or went away, now."""
        row = await self._database.row(f"{_MOMENT} AND r.id = ?", (worksheet_id, run_id))
        if row is None:
            raise NotFoundError(f"There is no run {run_id!r} in this worksheet.")
        number, id, version, ended_at, started_at, verdicts, place = row
        words = f"after run {place}, {_shown(ended_at or started_at)}"
        return Moment(ended_at or "9999", version, words, number, id, verdicts)

    async def before_run(self, worksheet_id: str, run_id: str) -> Moment | None:
        """The end of the run before a run; None when it was the first."""
        row = await self._database.row(
            f"{_MOMENT} AND r.change_id = '' AND r.n < (SELECT n FROM runs WHERE id = ?)"
            " ORDER BY r.n DESC LIMIT 1",
            (worksheet_id, run_id),
        )
        return None if row is None else await self.after_run(worksheet_id, row[1])

    async def at(self, worksheet_id: str, stamp: str) -> Moment:
        """A time, as a UTC stamp."""
        row = await self._database.row(
            "SELECT coalesce(max(p.version), 0) FROM procedures p JOIN worksheets w"
            " ON w.n = p.worksheet WHERE w.id = ? AND p.at <= ?",
            (worksheet_id, stamp),
        )
        return Moment(stamp, int(row[0]) if row else 0, f"at {_shown(stamp)}")

    async def _timelines(self, cases: Sequence[tuple[int, str]]) -> dict[str, Timeline]:
        ids = dict(cases)
        asked = (json_text(list(ids)),)
        found: dict[tuple[int, str], list[tuple[_Key, Happened]]] = {}
        placed = await self._database.rows(_REUSES, asked)
        for row in await self._database.rows(_OUTCOMES, asked):
            found.setdefault(row[:2], []).append(((row[2], 0, 0), _outcome(row)))
        for row in placed:
            found.setdefault(row[:2], []).append(((row[2], 1, row[3]), _reuse(row)))
        for row in await self._database.rows(_LAPSES, asked):
            found.setdefault(row[:2], []).append(((row[2], 1, row[3]), _lapse(row)))
        verdicts: dict[tuple[int, str], list[Happened]] = {}
        for row in await self._database.rows(_VERDICTS, asked):
            verdicts.setdefault(row[:2], []).append(_verdict(row))
        told: dict[str, Timeline] = {id: {} for id in ids.values()}
        for case_n, step_id in found.keys() | verdicts.keys():
            machine = [event for _, event in sorted(found.get((case_n, step_id), []), key=_first)]
            people = verdicts.get((case_n, step_id), [])
            told[ids[case_n]][step_id] = _merged(machine, people)
        return told


def _first(pair: tuple[_Key, Happened]) -> _Key:
    return pair[0]


def _merged(machine: list[Happened], people: list[Happened]) -> list[Happened]:
    """Both in one list by what the clock said; neither's own order changes."""
    merged: list[Happened] = []
    latest = ""
    waiting = list(reversed(people))
    for event in machine:
        while waiting and waiting[-1].at < max(latest, event.at):
            merged.append(waiting.pop())
        latest = max(latest, event.at)
        merged.append(event)
    return [*merged, *reversed(waiting)]


def _outcome(row: Row) -> Happened:
    _, _, number, at, run_id, run, kind, reason, waiting_for, change_id = row
    what: What = _FOUND.get(kind, "found")
    if change_id:
        what = "proposed"
    return Happened(
        what,
        at,
        run_id,
        run,
        outcome=number,
        state=kind,
        reason=reason,
        waiting_for=waiting_for if kind not in REUSABLE else None,
    )


def _reuse(row: Row) -> Happened:
    _, _, _, _, at, run_id, run, outcome, why, who, kind, reason = row
    run = 0 if why == "adopted" else run  # its run computed it, long before it was adopted
    return Happened(why, at, run_id, run, who, outcome, state=kind, reason=reason)


def _lapse(row: Row) -> Happened:
    _, _, _, _, at, run_id, run, state, waiting_for, reason, who = row
    return Happened(
        "lapsed", at, run_id, run, who, state=state, reason=reason, waiting_for=waiting_for
    )


def _verdict(row: Row) -> Happened:
    verdict = verdict_from(row[3:])
    return Happened("decided", verdict.at, who=verdict.who, verdict=verdict, verdict_number=row[2])


def _shown(stamp: str) -> str:
    return stamp[:16].replace("T", " ")
