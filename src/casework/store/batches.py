"""Batch jobs of providers and their requests: a `BatchShelf`. What is answered becomes a remembered
answer in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence

from casework.base.clock import stamp
from casework.store.codec import json_text, plain, usage_text
from casework.store.database import Database, Row, Transaction, made_number
from casework.types.answer_json import answer_json
from casework.types.batch import BatchJob, BatchRequest
from casework.types.message import ModelAnswer

_JOB = (
    "id, model, remote_id, state, requests, answered, failed, sent_at, looked_at, ended_at, problem"
)
_REQUEST = "r.worksheet, r.key, r.mark, j.id, r.state, r.schema_name, r.tries, r.code, r.problem"
_FROM = "FROM batch_requests r JOIN batch_jobs j ON j.n = r.job"
_OPEN = "state IN ('sending', 'sent')"
_ANSWER_COLUMNS = ("worksheet", "key", "answer", "usage", "at")
_PUT = (
    "INSERT INTO batch_requests (worksheet, key, job, mark, state, schema_name, tries, code,"
    " problem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (worksheet, key) DO UPDATE SET"
    " job = excluded.job, mark = excluded.mark, state = excluded.state,"
    " schema_name = excluded.schema_name, tries = excluded.tries, code = excluded.code,"
    " problem = excluded.problem"
)
_DROP = "DELETE FROM batch_requests WHERE worksheet = ? AND key = ?"


class Batches:
    """The batch jobs of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, job: BatchJob, requests: Sequence[BatchRequest]) -> None:
        """Write a job and its requests down; requests that were in another job before move."""

        async def work(tx: Transaction) -> None:
            made = await tx.row(
                f"INSERT INTO batch_jobs ({_JOB}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " RETURNING n",
                _columns(job),
            )
            n = made_number(made)
            await tx.many(_PUT, [_row(request, n) for request in requests])

        await self._database.write(work)

    async def save(self, job: BatchJob) -> None:
        """Write down how a job stands."""

        async def work(tx: Transaction) -> None:
            await _save(tx, job)

        await self._database.write(work)

    async def settle(
        self,
        job: BatchJob,
        answers: Sequence[tuple[BatchRequest, ModelAnswer]],
        others: Sequence[BatchRequest],
    ) -> None:
        """Keep the answers of a job that is over, and what became of its other requests. Doing it
        twice adds nothing: what is answered is no request any more."""
        at = stamp(self._database.clock.now())

        async def work(tx: Transaction) -> None:
            n = await _save(tx, job)
            kept: list[Row] = []
            for request, answer in answers:
                if await tx.execute(_DROP, (request.worksheet_id, request.key)):
                    text = plain(json_text(answer_json(answer)))
                    usage = usage_text(answer.usage)
                    kept.append((request.worksheet_id, request.key, text, usage, at))
            await tx.insert("answers", _ANSWER_COLUMNS, kept)
            await tx.many(_PUT, [_row(request, n) for request in others])

        await self._database.write(work)

    async def request(self, worksheet_id: str, key: str) -> BatchRequest | None:
        """The request that is in a job, or was left by one."""
        row = await self._database.row(
            f"SELECT {_REQUEST} {_FROM} WHERE r.worksheet = ? AND r.key = ?", (worksheet_id, key)
        )
        return None if row is None else _request(row)

    async def requests_of(self, job_id: str) -> list[BatchRequest]:
        """The requests that are still with a job."""
        rows = await self._database.rows(
            f"SELECT {_REQUEST} {_FROM} WHERE j.id = ? ORDER BY r.worksheet, r.key", (job_id,)
        )
        return [_request(row) for row in rows]

    async def drop(self, requests: Sequence[BatchRequest]) -> None:
        """Forget requests: they are asked in another way."""
        told = [(request.worksheet_id, request.key) for request in requests]
        await self._database.write(lambda tx: tx.many(_DROP, told))

    async def job(self, job_id: str) -> BatchJob | None:
        """The job of this id."""
        row = await self._database.row(f"SELECT {_JOB} FROM batch_jobs WHERE id = ?", (job_id,))
        return None if row is None else BatchJob(*row)

    async def jobs(self, *, open_only: bool = False) -> list[BatchJob]:
        """Jobs, newest first."""
        where = f" WHERE {_OPEN}" if open_only else ""
        rows = await self._database.rows(f"SELECT {_JOB} FROM batch_jobs{where} ORDER BY n DESC")
        return [BatchJob(*row) for row in rows]


async def _save(tx: Transaction, job: BatchJob) -> int:
    made = await tx.row(
        "UPDATE batch_jobs SET remote_id = ?, state = ?, answered = ?, failed = ?, sent_at = ?,"
        " looked_at = ?, ended_at = ?, problem = ? WHERE id = ? RETURNING n",
        (
            job.remote_id, job.state, job.answered, job.failed, job.sent_at, job.looked_at,
            job.ended_at, plain(job.problem), job.id,
        ),
    )  # fmt: skip
    return made_number(made)


def _columns(job: BatchJob) -> Row:
    return (
        job.id, job.model, job.remote_id, job.state, job.requests, job.answered, job.failed,
        job.sent_at, job.looked_at, job.ended_at, plain(job.problem),
    )  # fmt: skip


def _row(request: BatchRequest, job: int) -> Row:
    return (
        request.worksheet_id, request.key, job, request.mark, request.state,
        request.schema_name, request.tries, request.code, plain(request.problem),
    )  # fmt: skip


def _request(row: Row) -> BatchRequest:
    worksheet, key, mark, job, state, schema_name, tries, code, problem = row
    return BatchRequest(worksheet, key, mark, job, state, schema_name, tries, code, problem)
