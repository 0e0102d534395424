"""The one lease of each worksheet: who holds it, and when it may be taken over."""

from __future__ import annotations

import datetime as dt
import os
import socket
from dataclasses import dataclass

from casework.base.clock import moment, stamp
from casework.base.errors import LeaseHeldError
from casework.base.processes import lives
from casework.store.database import Transaction

LEASE_S = 15.0
"""A holder who has not been heard for so long has gone."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Which run holds a worksheet, in which process, and when it was last heard."""

    run_id: str
    host: str
    pid: int
    beat_at: str

    def alive(self, now: dt.datetime) -> bool:
        """Whether the holder is still there.

        A beat from far in the future is of no use either: the clock was set back since.
        """
        if abs((now - moment(self.beat_at)).total_seconds()) > LEASE_S:
            return False
        return self.host != socket.gethostname() or lives(self.pid)


async def take(tx: Transaction, worksheet: int, run_id: str, now: dt.datetime) -> str:
    """Take the lease of a worksheet for a run of this process.

    Returns the id of the run that lost it, or ''. Raises `LeaseHeldError` while its holder lives.
    """
    held = await of(tx, worksheet)
    if held is not None and held.alive(now):
        raise await _in_use(tx, held)
    await tx.execute(
        "INSERT INTO leases (worksheet, run_id, host, pid, beat_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (worksheet) DO UPDATE SET run_id = excluded.run_id, host = excluded.host,"
        " pid = excluded.pid, beat_at = excluded.beat_at",
        (worksheet, run_id, socket.gethostname(), os.getpid(), stamp(now)),
    )
    return held.run_id if held else ""


async def beat(tx: Transaction, run_id: str, now: dt.datetime) -> None:
    """Say that a run is still there; raises `LeaseHeldError` when it has lost the lease."""
    told = (stamp(now), run_id)
    if not await tx.execute("UPDATE leases SET beat_at = ? WHERE run_id = ?", told):
        raise LeaseHeldError(
            f"The run {run_id} was not heard for {LEASE_S:.0f} s and lost its worksheet.",
            fix="What it committed stands; start a new run to go on.",
            code="run.lease_lost",
        )


async def release(tx: Transaction, run_id: str) -> None:
    """Give the lease of a run back, if it still has it."""
    await tx.execute("DELETE FROM leases WHERE run_id = ?", (run_id,))


async def of(tx: Transaction, worksheet: int) -> Lease | None:
    """The lease of a worksheet, dead or alive."""
    row = await tx.row(
        "SELECT run_id, host, pid, beat_at FROM leases WHERE worksheet = ?", (worksheet,)
    )
    return Lease(*row) if row else None


async def _in_use(tx: Transaction, held: Lease) -> LeaseHeldError:
    """What is told to whoever wants a worksheet that another run works on."""
    where = f"(process {held.pid} on {held.host})"
    tries = await tx.row(
        "SELECT 1 FROM runs r JOIN changes h ON h.id = r.change_id"
        " WHERE r.id = ? AND h.versions <> '[]'",
        (held.run_id,),
    )
    if tries:
        return LeaseHeldError(
            f"The run {held.run_id} is trying what was learned on this worksheet {where}.",
            fix="It will be over shortly: do it again then. To have it tried only when you ask,"
            " switch learn.offer off.",
        )
    return LeaseHeldError(
        f"The run {held.run_id} is working on this worksheet {where}.",
        fix="Wait for it or stop it; reading, verdicts and adding cases go on beside it.",
    )
