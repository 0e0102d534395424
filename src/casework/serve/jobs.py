"""Work that outlives the request that asked for it: runs, above all. Knows no page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from casework.base.errors import CaseworkError, ConflictError
from casework.base.ids import uuid7
from casework.types.run import Progress

_KEPT = 200
"""Jobs that are remembered after their end."""
Report = Callable[[Progress], None]
Work = Callable[[Report], Awaitable[object]]
JobState = Literal["running", "finished", "stopped", "failed"]


def run_key(worksheet_id: str) -> str:
    """The key of what runs a worksheet, or tries a change of it: one at a time."""
    return f"run:{worksheet_id}"


def learn_key(worksheet_id: str) -> str:
    """The key of what learns from the verdicts on a worksheet."""
    return f"learn:{worksheet_id}"


@dataclass(slots=True)
class Job:
    """Something under way, or done. `key` is what no two of may go on at once; `words` how far it
    is where it is no run; `error` what it ended with, in words, and `problem` the same as it was
    raised where it is one of ours."""

    id: str
    key: str
    what: str
    who: str
    state: JobState = "running"
    progress: Progress | None = None
    words: str = ""
    error: str = ""
    problem: CaseworkError | None = None
    result: object = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class Jobs:
    """What goes on in this process, and what went on lately."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._current: dict[str, Job] = {}

    def start(self, key: str, what: str, work: Work, *, who: str = "") -> Job:
        """Begin something; raises `ConflictError` while something of the same key goes on. `work`
        is handed what tells its progress."""
        if (other := self.current(key)) is not None:
            by = f", started by {other.who}" if other.who else ""
            raise ConflictError(
                f"{other.what} goes on{by}.", fix="Wait for its end, or stop it first."
            )
        job = Job(uuid7(), key, what, who)
        self._jobs[job.id] = self._current[key] = job
        self._forget_old()
        job.task = asyncio.create_task(self._carry_out(job, work), name=what)
        job.task.add_done_callback(lambda task: self._over(job))
        return job

    def current(self, key: str) -> Job | None:
        """What goes on under this key."""
        return self._current.get(key)

    @property
    def running(self) -> list[Job]:
        """Everything that goes on."""
        return list(self._current.values())

    def get(self, id: str, *keys: str) -> Job | None:
        """The job of this id, if it is still known and has one of these keys."""
        job = self._jobs.get(id)
        return job if job is not None and job.key in keys else None

    async def stop(self, key: str) -> bool:
        """Stop what goes on under this key; what it committed stays. False when nothing did."""
        job = self.current(key)
        if job is None or job.task is None:
            return False
        job.task.cancel()
        await asyncio.gather(job.task, return_exceptions=True)
        return True

    async def close(self) -> None:
        """Stop everything, all at once."""
        await asyncio.gather(*(self.stop(key) for key in list(self._current)))

    def _forget_old(self) -> None:
        over = len(self._jobs) - _KEPT
        old = [job.id for job in self._jobs.values() if job.state != "running"]
        for id in old[: max(0, over)]:
            del self._jobs[id]

    async def _carry_out(self, job: Job, work: Work) -> None:
        def report(progress: Progress) -> None:
            job.progress = progress

        try:
            job.result = await work(report)
            job.state = "finished"
        except asyncio.CancelledError:
            job.state = "stopped"
            raise
        except CaseworkError as error:
            job.state, job.error, job.problem = "failed", str(error), error
        except Exception as error:  # noqa: BLE001 - the border of one job: it is shown with the job
            job.state, job.error = "failed", f"{type(error).__name__}: {error}"

    def _over(self, job: Job) -> None:
        """A job has ended, or was stopped before it began."""
        if job.state == "running":
            job.state = "stopped"
        if self._current.get(job.key) is job:
            del self._current[job.key]
