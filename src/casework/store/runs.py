"""Runs, the lease each holds on its worksheet, and the meanings that they worked with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from casework.base.clock import stamp
from casework.store import cell_log, flights, lease
from casework.store.codec import Row, json_text, json_value, plain, usage_from, usage_text
from casework.store.database import Database, Transaction, missing
from casework.store.meanings import Meanings
from casework.types.needs import NOTHING_AT_WORK
from casework.types.run import RunRecord
from casework.types.values import Json

_COLUMNS = (
    "r.id, w.id, r.state, r.started_at, r.ended_at, r.procedure_version, r.counts, r.usage,"
    " r.holder, r.change_id, r.reverts, r.woken"
)
_LEASED = ", l.run_id, l.host, l.pid, l.beat_at"
_FROM = (
    f"SELECT {_COLUMNS}{_LEASED} FROM runs r JOIN worksheets w ON w.n = r.worksheet"
    " LEFT JOIN leases l ON l.run_id = r.id"
)


class Runs:
    """The runs of a workspace: a `RunStore`."""

    def __init__(self, database: Database, meanings: Meanings) -> None:
        self._database = database
        self._meanings = meanings

    async def start(self, run: RunRecord) -> None:
        """Take the lease of the worksheet and write the run, both or neither.

        Raises `LeaseHeldError` while another run holds it; a run that went away without an end
        loses the lease and is marked as interrupted.
        """
        now = self._database.clock.now()

        async def work(tx: Transaction) -> None:
            sheet = await tx.row("SELECT n FROM worksheets WHERE id = ?", (run.worksheet_id,))
            if sheet is None:
                raise missing("worksheet", run.worksheet_id)
            await cell_log.trim(tx)
            lost = await lease.take(tx, sheet[0], run.id, now)
            if lost:
                await tx.execute(
                    "UPDATE runs SET state = 'interrupted', ended_at = ?"
                    " WHERE id = ? AND state = 'running'",
                    (stamp(now), lost),
                )
            await tx.execute(
                "INSERT INTO runs (id, worksheet, state, started_at, ended_at, procedure_version,"
                " counts, usage, holder, change_id, reverts, woken)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run.id,
                    sheet[0],
                    run.state,
                    run.started_at,
                    *_end_row(run),
                    plain(run.holder),
                    run.change_id,
                    run.reverts,
                    int(run.woken),
                ),
            )

        await self._database.write(work)

    async def beat(
        self, run_id: str, at_work: Mapping[tuple[str, str], str] = NOTHING_AT_WORK
    ) -> None:
        """Say that the run is still there, and which cells it works on since when; raises
        `LeaseHeldError` when it lost its lease."""
        now = self._database.clock.now()

        async def work(tx: Transaction) -> None:
            await lease.beat(tx, run_id, now)
            await flights.note(tx, run_id, at_work)

        await self._database.write(work)

    async def at_work(
        self, run_id: str, case_ids: list[str] | None = None
    ) -> dict[tuple[str, str], str]:
        """The cells that a run works on, or worked on when it went away, with since when."""
        return await flights.of_run(self._database, run_id, case_ids)

    async def end(self, run: RunRecord) -> None:
        """Write how the run ended and give the lease back."""

        async def work(tx: Transaction) -> None:
            await tx.execute(
                "UPDATE runs SET state = ?, ended_at = ?, procedure_version = ?, counts = ?,"
                " usage = ?, verdicts_upto = (SELECT coalesce(max(n), 0) FROM verdicts)"
                " WHERE id = ?",
                (run.state, *_end_row(run), run.id),
            )
            await flights.landed(tx, run.id)
            await lease.release(tx, run.id)

        await self._database.write(work)

    async def latest(
        self, worksheet_id: str, limit: int = 20, *, asked: bool = False
    ) -> list[RunRecord]:
        """The newest runs first, with `asked` those alone that somebody began. A run whose process
        has gone is shown as interrupted."""
        only = " AND r.woken = 0" if asked else ""
        rows = await self._database.rows(
            f"{_FROM} WHERE w.id = ?{only} ORDER BY r.n DESC LIMIT ?", (worksheet_id, limit)
        )
        return [self._run(row) for row in rows]

    async def get(self, run_id: str) -> RunRecord:
        """The run of this id; raises `NotFoundError`."""
        row = await self._database.row(f"{_FROM} WHERE r.id = ?", (run_id,))
        if row is None:
            raise missing("run", run_id)
        return self._run(row)

    async def meanings(self, digests: Iterable[str]) -> dict[str, dict[str, Json]]:
        """The meanings of these digests, as they were written."""
        return await self._meanings.read(digests)

    async def remember_meanings(self, meanings: Mapping[str, dict[str, Json]]) -> None:
        """Keep these meanings by their digests."""
        await self._meanings.remember(meanings)

    def _run(self, row: Row) -> RunRecord:
        (id, worksheet_id, state, started_at, ended_at, version, counts, usage, holder, change_id,
         reverts, woken, *held) = row  # fmt: skip
        told = json_value(counts)
        run = RunRecord(
            id, worksheet_id, state, started_at, ended_at, version,
            {key: int(str(count)) for key, count in told.items()} if isinstance(told, dict) else {},
            usage_from(usage), holder, change_id, reverts, bool(woken),
        )  # fmt: skip
        if state != "running":
            return run
        alive = held[0] is not None and lease.Lease(*held).alive(self._database.clock.now())
        return run if alive else replace(run, state="interrupted")


def _end_row(run: RunRecord) -> tuple[str, int, str, str]:
    return run.ended_at, run.procedure_version, json_text(dict(run.counts)), usage_text(run.usage)
