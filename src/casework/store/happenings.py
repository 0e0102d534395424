"""What happened since it was last looked at, read from the rows themselves, and queued for webhooks
in the same transaction: nothing is lost when a process dies, nor when another one did the work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from casework.base.clock import stamp
from casework.base.ids import uuid7
from casework.store.codec import Row, json_text
from casework.store.database import Database, Transaction
from casework.types.nesting import DOT
from casework.types.webhook import SETTLED, Happening

Choose = Callable[[Happening], Sequence[str]]
"""The ids of the webhooks that are told of a happening. Uses nothing but what it is given."""
_BATCH = 1_000
_ANY = 1 << 60
_SETTLED = f"({', '.join(repr(state) for state in SETTLED)})"
_SOURCES = ("cell_log", "verdicts", "cases", "runs")
_NEWEST = " UNION ALL ".join(f"SELECT '{one}', coalesce(max(n), 0) FROM {one}" for one in _SOURCES)
_CELLS = (
    "SELECT DISTINCT k.n, k.id, k.worksheet, k.parent, c.step_id, c.state, c.since,"
    " coalesce(c.machine, 0), c.tries FROM cell_log l"
    " JOIN cells c ON c.case_n = l.case_n AND c.step_id = l.step_id"
    " JOIN cases k ON k.n = c.case_n"
    f" WHERE l.n > ? AND l.n <= ? AND c.state IN {_SETTLED} AND c.since <> ''"
)
_MISSED = (
    "SELECT DISTINCT k.n, k.id, k.worksheet, k.parent, c.step_id, c.state, c.since,"
    " coalesce(c.machine, 0), c.tries FROM outcomes o"
    " JOIN cells c ON c.case_n = o.case_n AND c.step_id = o.step_id"
    " JOIN cases k ON k.n = c.case_n"
    f" WHERE o.n > ? AND o.n <= ? AND c.state IN {_SETTLED} AND c.since <> ''"
)
"""For what the log has let go while nobody looked."""
_VERDICTS = (
    "SELECT k.n, k.id, k.worksheet, k.parent, v.step_id, v.kind, v.id, v.at FROM verdicts v"
    " JOIN cases k ON k.n = v.case_n WHERE v.n > ? AND v.n <= ? ORDER BY v.n"
)
_ADDED = (
    "SELECT n, id, worksheet, arrived_at FROM cases"
    " WHERE n > ? AND n <= ? AND parent IS NULL ORDER BY n"
)
_ENDED = (
    "SELECT id, worksheet, state, ended_at FROM runs"
    " WHERE n > ? AND n <= ? AND ended_at <> '' AND woken = 0 ORDER BY n"
)
_STANDING = (
    "SELECT k.n, k.id, k.worksheet, k.answered_at, k.decided_at, k.set_aside,"
    " coalesce(t.answered_at, ''), coalesce(t.decided_at, ''), coalesce(t.aside, '')"
    " FROM cases k LEFT JOIN webhook_cases t ON t.case_n = k.n WHERE k.parent IS NULL"
    " AND (k.answered_at <> coalesce(t.answered_at, '') OR k.decided_at <> coalesce(t.decided_at,"
    " '') OR k.set_aside <> coalesce(t.aside, '')) ORDER BY k.n LIMIT ?"
)
_REMEMBER = (
    "INSERT INTO webhook_cases (case_n, answered_at, decided_at, aside) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (case_n) DO UPDATE SET answered_at = excluded.answered_at,"
    " decided_at = excluded.decided_at, aside = excluded.aside"
)
_QUEUE = (
    "INSERT INTO deliveries (id, webhook, kind, about, case_n, step_id, told, at, state, due_at)"
    " SELECT CAST(? AS TEXT), n, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS INTEGER),"
    " CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), 'waiting', CAST(? AS TEXT)"
    " FROM webhooks WHERE id = ? ON CONFLICT (webhook, about) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look came to: happenings that were seen, tellings queued, and whether more is left."""

    seen: int = 0
    queued: int = 0
    more: bool = False


class Happenings:
    """Looks for what happened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def changed(self) -> bool:
        """Whether anything was written since the last look; cheap."""
        rows = await self._database.rows("SELECT source, n FROM webhook_marks")
        marks: dict[str, int] = {source: int(n) for source, n in rows}
        newest = await self._database.rows(_NEWEST)
        return any(int(n) != marks.get(source, 0) for source, n in newest if source != "runs") or (
            await self._database.row(_ENDED + " LIMIT 1", (marks.get("runs", 0), _ANY)) is not None
        )

    async def look(self, choose: Choose, *, cases: bool = True) -> Looked:
        """Queue tellings of what happened since the last look, a batch at most; with `cases` also
        of how cases stand, which takes a look at all of them."""
        return await self._database.write(lambda tx: _look(tx, self._now(), choose, cases))

    def _now(self) -> str:
        return stamp(self._database.clock.now())


async def _look(tx: Transaction, now: str, choose: Choose, cases: bool) -> Looked:
    marks = {source: int(n) for source, n in await tx.rows("SELECT source, n FROM webhook_marks")}
    newest = {source: int(n) for source, n in await tx.rows(_NEWEST)}
    moved = newest["cell_log"] < marks.get("cell_log", 0)  # the log does not move with a workspace
    if moved:
        marks["cell_log"] = 0
    ends = {one: min(newest[one], marks.get(one, 0) + _BATCH) for one in _SOURCES}
    places = _Places(await tx.rows("SELECT n, slug, parent, parent_step FROM worksheets"))
    found = [
        *await _added(tx, places, marks.get("cases", 0), ends["cases"]),
        *await _cells(tx, places, marks, ends["cell_log"], moved=moved),
        *await _verdicts(tx, places, marks.get("verdicts", 0), ends["verdicts"]),
    ]
    standing = await _standing(tx, places, now) if cases else []
    found += standing
    runs = await tx.rows(_ENDED, (marks.get("runs", 0), ends["runs"]))
    found += [
        Happening("run.ended", f"run:{id}", at, places.slug(sheet), state=state, ref=id)
        for id, sheet, state, at in runs
    ]
    queued = await _queue(tx, found, choose, now)
    going = await tx.row("SELECT coalesce(min(n), 0) FROM runs WHERE ended_at = ''")
    first = int(going[0]) if going else 0
    ends["runs"] = (
        min(ends["runs"], max(first - 1, marks.get("runs", 0))) if first else ends["runs"]
    )
    for source, n in ends.items():
        await _mark(tx, source, n)
    left = any(newest[one] > ends[one] for one in _SOURCES if one != "runs")
    return Looked(len(found), queued, left or len(standing) >= _BATCH)


class _Places:
    """Which worksheet a case is of, also one that is a row of a table."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._sheets: Mapping[int, tuple[str, int | None, str]] = {
            int(n): (slug, parent, step) for n, slug, parent, step in rows
        }

    def slug(self, sheet: int) -> str:
        return self.path(sheet, "")[0]

    def path(self, sheet: int, step: str) -> tuple[str, str]:
        """The slug of the worksheet at the top, and the path of the step there."""
        slug, parent, table = self._sheets.get(int(sheet), ("", None, ""))
        while parent is not None:
            step = f"{table}{DOT}{step}" if step else table
            slug, parent, table = self._sheets.get(int(parent), ("", None, ""))
        return slug, step


async def _added(tx: Transaction, places: _Places, since: int, to: int) -> list[Happening]:
    rows = await tx.rows(_ADDED, (since, to))
    return [
        Happening("case.added", f"added:{id}", at, places.slug(sheet), id, case_n=int(n))
        for n, id, sheet, at in rows
    ]


async def _cells(
    tx: Transaction, places: _Places, marks: Mapping[str, int], to: int, *, moved: bool
) -> list[Happening]:
    since, missed = marks.get("cell_log", 0), marks.get("outcomes", 0)
    rows = await tx.rows(_CELLS, (since, to)) if to > since else []
    oldest = await tx.row("SELECT coalesce(min(n), 0) FROM cell_log")
    newest = await tx.row("SELECT coalesce(max(n), 0) FROM outcomes")
    assert oldest is not None
    assert newest is not None
    if moved or (since and int(oldest[0]) > since + 1):
        rows += await tx.rows(_MISSED, (missed, int(newest[0])))
    await _mark(tx, "outcomes", int(newest[0]))
    found: dict[str, Happening] = {}
    for n, id, sheet, _, step, state, at, machine, tries in rows:
        slug, path = places.path(sheet, step)
        about = f"cell:{n}:{step}:{at}:{state}:{machine}:{tries}"
        found[about] = Happening("cell.settled", about, at, slug, id, path, state, step, int(n))
    return list(found.values())


async def _verdicts(tx: Transaction, places: _Places, since: int, to: int) -> list[Happening]:
    found = []
    for n, id, sheet, _, step, kind, verdict, at in await tx.rows(_VERDICTS, (since, to)):
        slug, path = places.path(sheet, step)
        told = Happening("verdict.given", f"verdict:{verdict}", at, slug, id, path, kind, verdict)
        found.append(_of_case(told, n))
    return found


async def _standing(tx: Transaction, places: _Places, now: str) -> list[Happening]:
    """How cases came to stand: answered, decided, set aside. A case that is no longer so is
    remembered as such, so that the next time is told again."""
    found = []
    for n, id, sheet, answered, decided, aside, *before in await tx.rows(_STANDING, (_BATCH,)):
        slug = places.slug(sheet)
        if answered and answered != before[0]:
            found.append(
                Happening("case.answered", f"answered:{id}:{answered}", answered, slug, id)
            )
        if decided and decided != before[1]:
            found.append(Happening("case.decided", f"decided:{id}:{decided}", decided, slug, id))
        if aside and not before[2]:
            found.append(Happening("case.set_aside", f"aside:{id}:{now}", now, slug, id))
        found = [_of_case(one, n) if one.case_id == id else one for one in found]
        await tx.execute(_REMEMBER, (n, answered, decided, aside))
    return found


def _of_case(told: Happening, n: int) -> Happening:
    return Happening(
        told.kind, told.about, told.at, told.worksheet, told.case_id, told.step, told.state,
        told.ref, int(n),
    )  # fmt: skip


async def _queue(tx: Transaction, found: Sequence[Happening], choose: Choose, now: str) -> int:
    queued = 0
    for one in found:
        told = json_text(
            {
                "worksheet": one.worksheet, "case": one.case_id, "step": one.step,
                "state": one.state, "ref": one.ref,
            }
        )  # fmt: skip
        for webhook in choose(one):
            values = (
                f"msg_{uuid7()}", one.kind, one.about, one.case_n, one.step, told, one.at, now,
                webhook,
            )  # fmt: skip
            queued += await tx.execute(_QUEUE, values)
    return queued


async def _mark(tx: Transaction, source: str, n: int) -> None:
    await tx.execute(
        "INSERT INTO webhook_marks (source, n) VALUES (?, ?)"
        " ON CONFLICT (source) DO UPDATE SET n = excluded.n",
        (source, n),
    )
