"""Calls that may wait: they gather, go out as one batch job, and are answered hours later.

A job is a row of the store before it is sent, so that it outlives this process; its answers become
remembered answers, where whoever asks again finds them. Knows no wire of any provider.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, replace

from casework.base.clock import Clock, moment, stamp
from casework.base.errors import (
    BatchPendingError,
    BorderError,
    CaseworkError,
    ModelError,
    ModelRequestError,
)
from casework.base.ids import uuid7
from casework.models.batch_apis import BatchApi, Desk, Result, batch_api_of
from casework.models.border import Border
from casework.models.budget import Budgeted
from casework.models.call import Asks, Call
from casework.models.endpoints import Endpoints
from casework.models.names import Target
from casework.models.speaker import Speaker
from casework.models.transport import HttpReply
from casework.models.wires.asked import Asked
from casework.models.wires.pictures import pictures_of
from casework.models.wires.voices import wire_of
from casework.models.wires.wire import Fitting
from casework.observe.cost import Prices
from casework.types.batch import BatchJob, BatchRequest, JobState, RequestState
from casework.types.message import ModelAnswer, ModelRequest
from casework.types.needs import AnswerCache, BatchShelf

_GATHER_S = 2.0
"""A job is sent when no request has come for so long."""
_MOST_JOBS = 2
"""Jobs that a request may have been in without an answer; then it is asked by itself."""
_HANDING_OVER_S = 60.0
"""How long handing a job over may take before one looks what became of it."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where jobs and answers are kept."""

    batches: BatchShelf
    answers: AnswerCache


@dataclass(slots=True)
class _Gathering:
    """Requests to one model that will be one job."""

    target: Target
    api: BatchApi
    requests: list[BatchRequest]
    bodies: list[bytes]
    size: int = 0


class BatchDesk:
    """Gathers requests, sends jobs, and takes their answers in."""

    def __init__(
        self,
        shelves: Shelves,
        speaker: Speaker,
        way: tuple[Border, Endpoints],
        prices: Prices,
        *,
        clock: Clock,
        poll_s: float = 60.0,
        gather_s: float = _GATHER_S,
    ) -> None:
        self._shelf = shelves.batches
        self._answers = shelves.answers
        self._speaker = speaker
        self._border, self._endpoints = way
        self._prices = prices
        self._clock = clock
        self._poll_s = poll_s
        self._gather_s = gather_s
        self._gathered: dict[str, _Gathering] = {}
        self._waiting: set[tuple[str, str]] = set()
        self._sender: asyncio.Task[None] | None = None
        self._looking = asyncio.Lock()
        self._came = 0

    def takes(self, call: Call) -> bool:
        """Whether a call can be part of a job."""
        return bool(call.whose.worksheet_id) and batch_api_of(call.target) is not None

    async def fetch(self, call: Call) -> ModelAnswer | None:
        """The answer when it has come; None when the request had better be asked by itself. Raises
        `BatchPendingError` while it waits."""
        at = (call.whose.worksheet_id, call.key)
        if at in self._waiting:
            raise _gathering(call)
        known = await self._shelf.request(*at)
        if known is not None and known.state == "sent":
            job = await self._shelf.job(known.job_id)
            if job is not None and job.open and await self._look(job):
                answer = await self._answers.find(*at)
                if answer is not None:
                    return answer
                known = await self._shelf.request(*at)
            if known is not None and known.state == "sent":
                raise self._pending(call, job)
        if known is not None and (known.state == "failed" or known.tries >= _MOST_JOBS):
            await self._shelf.drop([known])
            return None
        await self._gather(call, known.tries + 1 if known else 1)
        raise _gathering(call)

    async def collect(self) -> int:
        """Look at every open job now; returns how many answers came."""
        before = self._came
        for job in await self._shelf.jobs(open_only=True):
            await self._look(job, due=True)
        return self._came - before

    async def close(self) -> None:
        """Send what has gathered."""
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        await self._send_all()

    async def _gather(self, call: Call, tries: int) -> None:
        at = (call.whose.worksheet_id, call.key)
        self._waiting.add(at)
        request = replace(call.request, stream=False)
        api, wire = batch_api_of(call.target), wire_of(call.target.provider.dialect)
        assert api is not None, "asked by `takes` before"
        assert wire is not None, "where there are batches, there is a wire"
        fitting = Fitting(self._speaker.omitted(call.target), pictures=await pictures_of(request))
        body = wire.body(request, call.target, fitting)
        group = self._gathered.get(call.name)
        if group is None:
            group = self._gathered[call.name] = _Gathering(call.target, api, [], [])
        name = request.schema_name if request.schema is not None else ""
        mark = hashlib.sha256("/".join(at).encode()).hexdigest()
        group.requests.append(BatchRequest(*at, mark, schema_name=name, tries=tries))
        group.bodies.append(body)
        group.size += len(body)
        if len(group.requests) >= api.most_requests or group.size >= api.most_bytes:
            await self._send(self._gathered.pop(call.name))
        elif self._sender is None or self._sender.done():
            sending = self._send_when_quiet()
            self._sender = asyncio.get_running_loop().create_task(sending, context=Context())

    async def _send_when_quiet(self) -> None:
        count = 0
        while len(self._waiting) > count:
            count = len(self._waiting)
            await asyncio.sleep(self._gather_s)
        await self._send_all()

    async def _send_all(self) -> None:
        while self._gathered:
            _, group = self._gathered.popitem()
            await self._send(group)

    async def _send(self, group: _Gathering) -> None:
        """Write the job down, hand it over, write down that it is there."""
        now = stamp(self._clock.now())
        count = len(group.requests)
        job = BatchJob(uuid7(), str(group.target), requests=count, sent_at=now)
        await self._shelf.begin(job, group.requests)
        self._waiting.difference_update((each.worksheet_id, each.key) for each in group.requests)
        marks = [request.mark for request in group.requests]
        try:
            desk = Desk(self._border, self._with_first_key(group.target))
            lines = list(zip(marks, group.bodies, strict=True))
            remote_id = await group.api.submit(desk, job, lines)
        except (ModelError, BorderError, KeyError) as error:
            await self._end(job, "failed", problem=str(error))
            return
        await self._shelf.save(replace(job, remote_id=remote_id, state="sent"))

    async def _look(self, job: BatchJob, *, due: bool = False) -> bool:
        """Look how a job stands, unless that was seen a moment ago; True when it is over."""
        async with self._looking:
            fresh = await self._shelf.job(job.id)
            if fresh is None or not fresh.open:
                return True
            if not due and self._age_s(fresh.looked_at or fresh.sent_at) < self._poll_s:
                return False
            try:
                return await self._stand(fresh)
            except (ModelError, BorderError) as error:
                now = stamp(self._clock.now())
                await self._shelf.save(replace(fresh, looked_at=now, problem=str(error)))
                return False

    async def _stand(self, job: BatchJob) -> bool:
        target = self._with_first_key(self._endpoints.target(job.model))
        api = batch_api_of(target)
        if api is None:
            return await self._end(job, "lost", problem="its provider takes no batch jobs any more")
        desk = Desk(self._border, target)
        if job.state == "sending":
            if self._age_s(job.sent_at) < _HANDING_OVER_S:
                return False
            others = {each.remote_id for each in await self._shelf.jobs()}
            remote_id = await api.find(desk, job, others)
            if not remote_id:
                return await self._end(job, "lost", problem="it never reached the provider")
            job = replace(job, remote_id=remote_id, state="sent")
        look = await api.look(desk, job)
        if look.standing == "under way":
            await self._shelf.save(replace(job, looked_at=stamp(self._clock.now()), problem=""))
            return False
        results = await api.results(desk, look)
        return await self._end(job, look.standing, results, api.discount, look.problem)

    async def _end(
        self,
        job: BatchJob,
        state: JobState,
        results: Sequence[Result] = (),
        discount: float = 1.0,
        problem: str = "",
    ) -> bool:
        """Take in what a job gave; what it left undone may go into another."""
        by_mark = {each.mark: each.reply for each in results}
        answers: list[tuple[BatchRequest, ModelAnswer]] = []
        others: list[BatchRequest] = []
        for request in await self._shelf.requests_of(job.id):
            reply = by_mark.get(request.mark)
            if reply is None:
                others.append(replace(request, state="undone"))
                continue
            try:
                answers.append((request, self._read(job, request, reply, discount)))
            except ModelRequestError as error:
                learnt = self._speaker.learn(job.model, error)
                became: RequestState = "undone" if learnt else "failed"
                told = replace(request, state=became, code=error.code, problem=error.message)
                others.append(told)
            except CaseworkError as error:
                told = replace(request, state="failed", code=error.code, problem=error.message)
                others.append(told)
        now = stamp(self._clock.now())
        failed = sum(each.state == "failed" for each in others)
        ended = replace(
            job, state=state, answered=len(answers), failed=failed, looked_at=now, ended_at=now,
            problem=problem,
        )  # fmt: skip
        await self._shelf.settle(ended, answers, others)
        self._came += len(answers)
        return True

    def _read(
        self, job: BatchJob, request: BatchRequest, reply: HttpReply, discount: float
    ) -> ModelAnswer:
        target = self._endpoints.target(job.model)
        wire = wire_of(target.provider.dialect)
        assert wire is not None, "it was sent over one"
        asked = ModelRequest(
            job.model,
            (),
            {} if request.schema_name else None,
            schema_name=request.schema_name or "answer",
        )
        url = wire.url(target)
        answer = wire.read_answer(reply, Asked(target, url), asked)
        usage = answer.usage
        provider = target.provider.name
        cost = self._prices.cost_usd(provider, target.model, usage)
        if cost is None:
            cost = self._prices.cost_usd(provider, answer.model, usage)
        paid = None if cost is None else cost * discount
        return replace(answer, usage=replace(usage, cost_usd=paid))

    def _with_first_key(self, target: Target) -> Target:
        """Always the same key: a job belongs to the account that sent it."""
        keys = self._endpoints.keys_of(target.provider)
        return replace(target, key=keys[0]) if keys else target

    def _age_s(self, at: str) -> float:
        return abs((self._clock.now() - moment(at)).total_seconds())

    def _pending(self, call: Call, job: BatchJob | None) -> BatchPendingError:
        if job is None:
            return _gathering(call)
        age = self._age_s(job.sent_at) / 60
        return BatchPendingError(
            f"{call.name} answers with the batch job {job.remote_id or job.id}, "
            f"sent {age:.0f} minutes ago.",
            fix="Run again later; casework models batches shows how it stands.",
            job=job.id,
            since=job.sent_at,
        )


class Batched:
    """A wrapper: a call that may wait is part of a job where its provider takes jobs. `alone` tells
    which calls are no part of one for another reason."""

    def __init__(
        self,
        inner: Asks,
        desk: BatchDesk,
        *,
        all_wait: bool = False,
        alone: Callable[[Call], bool] | None = None,
        budgeted: Budgeted | None = None,
    ) -> None:
        self._inner = inner
        self._desk = desk
        self._all = all_wait
        self._alone = alone
        self._budgeted = budgeted

    async def ask(self, call: Call) -> ModelAnswer:
        """The answer of the job, or of a call of its own. Raises `BatchPendingError` meanwhile, and
        `BudgetError` when a cap is reached."""
        waits = call.request.may_wait or self._all
        if not waits or not self._desk.takes(call) or (self._alone and self._alone(call)):
            return await self._inner.ask(call)
        if self._budgeted is not None:
            await self._budgeted.check(call)
        answer = await self._desk.fetch(call)
        if answer is None:
            return await self._inner.ask(call)
        call.note("casework.batched", True)
        if self._budgeted is not None:
            await self._budgeted.count(call, answer.usage)
        return answer


def _gathering(call: Call) -> BatchPendingError:
    return BatchPendingError(
        f"The question to {call.name} goes out with others, as a batch job.",
        fix="Run again later; casework models batches shows the jobs.",
    )
