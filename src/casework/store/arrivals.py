"""Watched folders and the files that arrived in them: what was seen, taken, refused, and why.

A row stands for these bytes under this path. It is written when the bytes are in their case, so a
process that is killed before finds the file again, and the case that has its bytes already.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Sequence

from casework.base.clock import stamp
from casework.base.errors import LeaseHeldError
from casework.base.ids import uuid7
from casework.store.codec import Row, json_text, plain
from casework.store.database import Database, Parameters, Transaction, made_number, missing
from casework.store.lease import Lease
from casework.types.arrival import ArrivalRecord, WatchOptions, WatchRecord

_WATCH = (
    "SELECT a.id, w.id, a.folder, a.grouping, a.runs, a.settle_s, a.every_s, a.state, a.started_at,"
    " a.stopped_at, a.problem, a.holder, a.host, a.pid, a.beat_at, a.readers"
    " FROM watches a JOIN worksheets w ON w.n = a.worksheet"
)
_START = (
    "INSERT INTO watches (id, worksheet, folder, grouping, runs, settle_s, every_s, state,"
    " started_at, stopped_at, problem, host, pid, holder, beat_at, readers)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, 'watching', ?, '', '', '', 0, '', '', ?)"
    " ON CONFLICT (worksheet, folder) DO UPDATE SET grouping = excluded.grouping,"
    " runs = excluded.runs, settle_s = excluded.settle_s, every_s = excluded.every_s,"
    " state = excluded.state, readers = excluded.readers, stopped_at = '' RETURNING n"
)
_COLUMNS = "path, size, mtime_ns, state, reason, sha256, case_id, seen_at, done_at"
_SEEN = (
    f"INSERT INTO arrivals (watch, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, '', '', ?, '')"
    " ON CONFLICT (watch, path, sha256) DO UPDATE SET size = excluded.size,"
    " mtime_ns = excluded.mtime_ns, state = excluded.state, reason = excluded.reason,"
    " seen_at = excluded.seen_at"
)
_DONE = (
    f"INSERT INTO arrivals (watch, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (watch, path, sha256) DO UPDATE SET size = excluded.size,"
    " mtime_ns = excluded.mtime_ns, state = excluded.state, reason = excluded.reason,"
    " done_at = excluded.done_at,"
    " case_id = CASE WHEN arrivals.case_id = '' THEN excluded.case_id ELSE arrivals.case_id END"
)
_NUMBER = "SELECT n FROM watches WHERE id = ?"


class Arrivals:
    """The watched folders of a workspace, and what arrived in them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, worksheet_id: str, folder: str, options: WatchOptions) -> WatchRecord:
        """Watch a folder for a worksheet; one that is watched already takes these options."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> int:
            sheet = await tx.row("SELECT n FROM worksheets WHERE id = ?", (worksheet_id,))
            if sheet is None:
                raise missing("worksheet", worksheet_id)
            told = (plain(options.grouping), int(options.runs), options.settle_s, options.every_s)
            readers = json_text(sorted(options.readers)) if options.readers else ""
            row = await tx.row(_START, (uuid7(), sheet[0], plain(folder), *told, at, readers))
            return made_number(row)

        number = await self._database.write(work)
        row = await self._database.row(f"{_WATCH} WHERE a.n = ?", (number,))
        if row is None:
            raise missing("watched folder", folder)
        return self._watch(row)

    async def watches(self, worksheet_id: str = "") -> list[WatchRecord]:
        """All watched folders, stopped ones too, oldest first; of one worksheet if it is named."""
        rows = await self._database.rows(
            f"{_WATCH} WHERE ? = '' OR w.id = ? ORDER BY a.n", (worksheet_id, worksheet_id)
        )
        return [self._watch(row) for row in rows]

    async def stop(self, watch_id: str) -> None:
        """Stop watching a folder; what arrived stays, and who watches it ends at its next look."""
        at = stamp(self._database.clock.now())
        await self._change(
            "UPDATE watches SET state = 'stopped', stopped_at = ? WHERE id = ?", (at, watch_id)
        )

    async def hold(self, watch_id: str, holder: str) -> None:
        """Watch it in this process, `holder` in words; raises `LeaseHeldError` while another
        process does."""
        now = self._database.clock.now()
        mine = (socket.gethostname(), os.getpid())

        async def work(tx: Transaction) -> None:
            row = await tx.row("SELECT host, pid, beat_at FROM watches WHERE id = ?", (watch_id,))
            if row is None:
                raise missing("watched folder", watch_id)
            host, pid, beat_at = row
            if beat_at and (host, pid) != mine and Lease("", host, pid, beat_at).alive(now):
                raise LeaseHeldError(
                    f"The folder is watched already, by process {pid} on {host}.",
                    fix="Let that one go on, or end it first.",
                )
            await tx.execute(
                "UPDATE watches SET host = ?, pid = ?, holder = ?, beat_at = ? WHERE id = ?",
                (*mine, plain(holder), stamp(now), watch_id),
            )

        await self._database.write(work)

    async def beat(self, watch_id: str, problem: str) -> bool:
        """Say that this process is still there, and what keeps it from looking ('' for nothing);
        tells whether the folder is still to be watched. Another may have taken it over since."""
        now = stamp(self._database.clock.now())
        told = (now, plain(problem), watch_id, socket.gethostname(), os.getpid())

        async def work(tx: Transaction) -> bool:
            held = await tx.execute(
                "UPDATE watches SET beat_at = ?, problem = ?"
                " WHERE id = ? AND host = ? AND pid = ? AND state = 'watching'",
                told,
            )
            return bool(held)

        return await self._database.write(work)

    async def release(self, watch_id: str) -> None:
        """Let go of it, if this process has it."""
        await self._change(
            "UPDATE watches SET beat_at = '', holder = '' WHERE id = ? AND host = ? AND pid = ?",
            (watch_id, socket.gethostname(), os.getpid()),
        )

    async def note_seen(self, watch_id: str, arrivals: Sequence[ArrivalRecord]) -> None:
        """Write files that are there and not complete, or refused unread."""

        async def work(tx: Transaction) -> None:
            number = await _number(tx, watch_id)
            rows: list[Parameters] = [
                (number, a.path, a.size, a.mtime_ns, a.state, plain(a.reason), a.seen_at)
                for a in arrivals
            ]
            await tx.many(_SEEN, rows)

        if arrivals:
            await self._database.write(work)

    async def note_done(self, watch_id: str, arrival: ArrivalRecord) -> None:
        """Write what became of a file, in the place of what was said while it was only seen."""

        async def work(tx: Transaction) -> None:
            number = await _number(tx, watch_id)
            seen = await tx.row(
                "SELECT seen_at FROM arrivals WHERE watch = ? AND path = ? AND sha256 = ''",
                (number, arrival.path),
            )
            await tx.execute(
                "DELETE FROM arrivals WHERE watch = ? AND path = ? AND sha256 = ''",
                (number, arrival.path),
            )
            row = (
                number, arrival.path, arrival.size, arrival.mtime_ns, arrival.state,
                plain(arrival.reason), arrival.sha256, arrival.case_id,
                seen[0] if seen else arrival.seen_at, arrival.done_at,
            )  # fmt: skip
            await tx.execute(_DONE, row)

        await self._database.write(work)

    async def of_watch(self, watch_id: str, state: str = "") -> list[ArrivalRecord]:
        """The files of a watched folder in the order in which they were dealt with; of one state
        if it is named."""
        rows = await self._database.long_read(
            f"SELECT {_COLUMNS} FROM arrivals WHERE watch = ({_NUMBER})"
            " AND (? = '' OR state = ?) ORDER BY done_at, n",
            (watch_id, state, state),
        )
        return [ArrivalRecord(*row) for row in rows]

    async def counts(self, watch_id: str) -> dict[str, int]:
        """How many files of a watched folder are in each state."""
        rows = await self._database.rows(
            f"SELECT state, count(*) FROM arrivals WHERE watch = ({_NUMBER}) GROUP BY state",
            (watch_id,),
        )
        return {state: int(count) for state, count in rows}

    async def homes(self, watch_id: str, paths: Sequence[str]) -> dict[str, str]:
        """The case that earlier bytes of each of these paths went into, where there were any."""
        rows = await self._database.rows(
            f"SELECT path, case_id FROM arrivals WHERE watch = ({_NUMBER}) AND case_id <> ''"
            " AND path IN (SELECT value FROM json_each(?)) ORDER BY done_at, n",
            (watch_id, json_text(list(paths))),
        )
        return dict(rows)

    async def _change(self, sql: str, parameters: Parameters) -> None:
        async def work(tx: Transaction) -> None:
            await tx.execute(sql, parameters)

        await self._database.write(work)

    def _watch(self, row: Row) -> WatchRecord:
        (id, worksheet_id, folder, grouping, runs, settle_s, every_s, state, started_at,
         stopped_at, problem, holder, host, pid, beat_at, readers) = row  # fmt: skip
        now = self._database.clock.now()
        held = bool(beat_at) and Lease("", host, pid, beat_at).alive(now)
        groups = tuple(json.loads(readers)) if readers else ()
        options = WatchOptions(grouping, bool(runs), settle_s, every_s, groups)
        return WatchRecord(
            id, worksheet_id, folder, options, state, started_at, stopped_at,
            problem if held else "", holder if held else "",
        )  # fmt: skip


async def _number(tx: Transaction, watch_id: str) -> int:
    found = await tx.row(_NUMBER, (watch_id,))
    if found is None:
        raise missing("watched folder", watch_id)
    return int(found[0])
