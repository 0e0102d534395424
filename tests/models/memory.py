"""Neighbours of the models' room, in memory: answers, a ledger, a budget, batch jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from casework.base.errors import BudgetError
from casework.types.batch import BatchJob, BatchRequest
from casework.types.message import ModelAnswer
from casework.types.needs import LaneNews, LaneState, Spending
from casework.types.usage import NO_USAGE, Usage

SHEET = "sheet-1"


class Answers:
    """An `AnswerCache`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], tuple[ModelAnswer, bool]] = {}

    async def find(self, worksheet_id: str, key: str) -> ModelAnswer | None:
        found = self.kept.get((worksheet_id, key))
        if found is None:
            return None
        answer, counted = found
        self.kept[worksheet_id, key] = (answer, True)
        return replace(answer, usage=NO_USAGE) if counted else answer

    def keep(self, worksheet_id: str, key: str, answer: ModelAnswer, *, counted: bool) -> None:
        self.kept[worksheet_id, key] = (answer, counted)

    def forget(self, worksheet_id: str, key: str) -> None:
        self.kept.pop((worksheet_id, key), None)


class Ledger:
    """A `RateLedger`: what the store does, without one."""

    def __init__(self) -> None:
        self.lanes: dict[str, LaneNews] = {}
        self.users: dict[tuple[str, str], LaneNews] = {}

    async def exchange(self, holder: str, told: Sequence[LaneNews]) -> Mapping[str, LaneState]:
        for news in told:
            self.users[news.lane, holder] = news
            known = self.lanes.get(news.lane, LaneNews(news.lane))
            newest = news if news.cut_at > known.cut_at else known
            until = max(news.shut_until, known.shut_until)
            self.lanes[news.lane] = replace(newest, shut_until=until)
        return {news.lane: self._state(news.lane, holder) for news in told}

    async def leave(self, holder: str) -> None:
        self.users = {at: news for at, news in self.users.items() if at[1] != holder}

    def _state(self, lane: str, holder: str) -> LaneState:
        here = {at[1]: news for at, news in self.users.items() if at[0] == lane}
        pressed = sum(news.pressed for news in here.values())
        taken = sum(
            news.sent_per_s for who, news in here.items() if who != holder and not news.pressed
        )
        return LaneState(self.lanes[lane], len(here), pressed, taken)


@dataclass
class Cap:
    """A `Budget` with one cap in USD; None: no cap."""

    cap_usd: float | None = None
    spent_usd: float = 0.0
    open: list[Spending] = field(default_factory=list)
    told: list[tuple[Spending, Usage]] = field(default_factory=list)

    async def reserve(self, spending: Spending) -> None:
        if self.cap_usd is not None and self.spent_usd + (spending.cost_usd or 0) > self.cap_usd:
            raise BudgetError("The cap is reached.")
        self.open.append(spending)

    def settle(self, spending: Spending, used: Usage) -> None:
        if spending in self.open:  # else it was made in another way
            self.open.remove(spending)
        self.spent_usd += used.cost_usd or 0
        self.told.append((spending, used))


class Batches:
    """A `BatchShelf` over the same answers."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.all: dict[str, BatchJob] = {}
        self.requests: dict[tuple[str, str], BatchRequest] = {}

    async def begin(self, job: BatchJob, requests: Sequence[BatchRequest]) -> None:
        self.all[job.id] = job
        for each in requests:
            self.requests[each.worksheet_id, each.key] = replace(each, job_id=job.id)

    async def save(self, job: BatchJob) -> None:
        self.all[job.id] = job

    async def settle(
        self,
        job: BatchJob,
        answers: Sequence[tuple[BatchRequest, ModelAnswer]],
        others: Sequence[BatchRequest],
    ) -> None:
        self.all[job.id] = job
        for request, answer in answers:
            del self.requests[request.worksheet_id, request.key]
            self._answers.keep(request.worksheet_id, request.key, answer, counted=False)
        for request in others:
            self.requests[request.worksheet_id, request.key] = request

    async def request(self, worksheet_id: str, key: str) -> BatchRequest | None:
        return self.requests.get((worksheet_id, key))

    async def requests_of(self, job_id: str) -> list[BatchRequest]:
        return [each for each in self.requests.values() if each.job_id == job_id]

    async def drop(self, requests: Sequence[BatchRequest]) -> None:
        for each in requests:
            self.requests.pop((each.worksheet_id, each.key), None)

    async def job(self, job_id: str) -> BatchJob | None:
        return self.all.get(job_id)

    async def jobs(self, *, open_only: bool = False) -> list[BatchJob]:
        return [job for job in self.all.values() if job.open or not open_only]
