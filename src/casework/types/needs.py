"""What rooms need from their neighbours, as protocols; `sdk/wire.py` passes the implementations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from casework.types.batch import BatchJob, BatchRequest
from casework.types.case import (
    CaseDocument,
    CaseRecord,
    Cell,
    CellLine,
    CellWrite,
    Effective,
    Outcome,
    Recorded,
    WaitKind,
)
from casework.types.document import Document
from casework.types.message import ModelAnswer, ModelRequest
from casework.types.procedure import Method, Procedure, Step
from casework.types.rows import RowsWrite
from casework.types.run import RunRecord
from casework.types.span import Whose
from casework.types.spending import Spent
from casework.types.usage import Usage
from casework.types.values import Json, ValueType
from casework.types.verdict import Verdict

NOTHING_AT_WORK: Mapping[tuple[str, str], str] = {}


class Blobs(Protocol):
    """Bytes by their sha256."""

    def put(self, data: bytes) -> str: ...

    def get(self, sha256: str) -> bytes: ...


class DocumentSource(Protocol):
    """Parsed documents by the sha256 of their bytes."""

    async def read(self, sha256: str) -> Document: ...


class ModelCalls(Protocol):
    """One call of a language model, with everything that is wrapped around it."""

    async def ask(self, request: ModelRequest) -> ModelAnswer: ...

    def forget(self, request: ModelRequest) -> None:
        """Remember no answer to this request: the one that came was of no use."""
        ...


class AnswerCache(Protocol):
    """Answers of models by the digest of what was asked, apart for each worksheet."""

    async def find(self, worksheet_id: str, key: str) -> ModelAnswer | None:
        """The answer, or None. Its usage is zero once it has been counted somewhere; an answer that
        was paid for and that nobody has fetched yet comes with its usage, once."""
        ...

    def keep(self, worksheet_id: str, key: str, answer: ModelAnswer, *, counted: bool) -> None:
        """Keep an answer without waiting for it; `counted`: its usage was told already."""
        ...

    def forget(self, worksheet_id: str, key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Spending:
    """A call of a model before it is made. `model` is `provider:model`; `cost_usd` is what it will
    cost as far as one can tell, None when the price of the model is not known."""

    whose: Whose
    model: str
    tokens: int
    cost_usd: float | None


class Budget(Protocol):
    """Caps on what calls of models may use (law 6)."""

    async def reserve(self, spending: Spending) -> None:
        """Set this much aside; raises `BudgetError` naming the cap that it would pass."""
        ...

    def settle(self, spending: Spending, used: Usage) -> None:
        """The call is over: give back what was set aside, count what was used (nothing, when no
        answer came). Called once for each `reserve` that did not raise, with the same object; and
        for a call that was made in another way, whose cost is counted without having been
        reserved."""
        ...


class SpendingStore(Protocol):
    """Sums of what calls of models used. A quarter of an hour is `2026-01-02T03:15`, in UTC."""

    def add(self, sums: Mapping[tuple[str, str, str], Spent]) -> None:
        """Add to the sums of a worksheet, a model and a quarter of an hour, without waiting."""
        ...

    async def now(self, worksheet_id: str, since: str) -> tuple[Spent, dict[str, Spent]]:
        """What a worksheet used in all, and each model in the workspace since a quarter; with all
        that was added before."""
        ...

    async def of_case(self, case_id: str) -> Spent:
        """What the committed cells of a case used."""
        ...

    async def of_cell(self, case_id: str, step_id: str) -> Spent: ...


@dataclass(frozen=True, slots=True)
class LaneNews:
    """What this process tells of a lane, which is a model of a provider as `provider:model`.

    `peak_per_s` is the rate of calls that the endpoint last took (None: it never complained),
    `cut_at` when that was learnt and `regrow_s` how long to take until it is tried again;
    `shut_until` when calls may go on. Times are seconds since the epoch, 0.0 for never.
    """

    lane: str
    peak_per_s: float | None = None
    cut_at: float = 0.0
    regrow_s: float = 0.0
    shut_until: float = 0.0
    sent_per_s: float = 0.0
    pressed: bool = False
    """Whether calls of this process had to wait for their turn since it last told."""


@dataclass(frozen=True, slots=True)
class LaneState:
    """What all processes of the workspace know of a lane. `users` are those that ask it, this one
    counted; `pressed` those of them that had to wait; `taken_per_s` is what the others send that
    did not."""

    news: LaneNews
    users: int = 1
    pressed: int = 0
    taken_per_s: float = 0.0


class BatchShelf(Protocol):
    """Batch jobs and their requests, so that they outlive this process."""

    async def begin(self, job: BatchJob, requests: Sequence[BatchRequest]) -> None:
        """Write a job down before it is sent."""
        ...

    async def save(self, job: BatchJob) -> None:
        """Write down how a job stands."""
        ...

    async def settle(
        self,
        job: BatchJob,
        answers: Sequence[tuple[BatchRequest, ModelAnswer]],
        others: Sequence[BatchRequest],
    ) -> None:
        """A job is over: keep its answers, uncounted, and write down what became of the others."""
        ...

    async def request(self, worksheet_id: str, key: str) -> BatchRequest | None:
        """The request that is in a job, or was left by one."""
        ...

    async def requests_of(self, job_id: str) -> list[BatchRequest]: ...

    async def drop(self, requests: Sequence[BatchRequest]) -> None:
        """Forget requests: they are asked in another way."""
        ...

    async def job(self, job_id: str) -> BatchJob | None: ...

    async def jobs(self, *, open_only: bool = False) -> list[BatchJob]:
        """Jobs, newest first."""
        ...


class RateLedger(Protocol):
    """Where the processes of a workspace tell each other what an endpoint bears."""

    async def exchange(self, holder: str, told: Sequence[LaneNews]) -> Mapping[str, LaneState]:
        """Tell, and hear of the same lanes: the newest that anybody learnt. `holder` names the
        teller; it counts as a user for some seconds, so this is a heartbeat as well."""
        ...

    async def leave(self, holder: str) -> None:
        """This process uses no lane any more; what it learnt stays."""
        ...


@dataclass(frozen=True, slots=True)
class RuleInput:
    """A value that a rule reads: `absent` is '' or why there is none."""

    name: str
    type: ValueType
    value: Json
    absent: str = ""


@dataclass(frozen=True, slots=True)
class StepInput:
    """What a step reads of another."""

    step: Step
    read: Effective


@dataclass(frozen=True, slots=True)
class StepTask:
    """Everything that a step needs to fill one cell. `documents` are those that it may read;
    `today` is the run's date in the workspace's time zone, as YYYY-MM-DD."""

    procedure: Procedure
    step: Step
    case: CaseRecord
    documents: tuple[CaseDocument, ...]
    inputs: Mapping[str, StepInput]
    today: str
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why a step cannot run at all for now, and which setting or action would wake it."""

    waiting_for: WaitKind
    reason: str


class Readings(Protocol):
    """What was read before, by the fingerprint that it would have."""

    async def of(self, task: StepTask, method: Method) -> Outcome | None:
        """The recorded outcome of the step of this task, as it stands in it, when it is carried out
        by this method; None when there is none."""
        ...


class Steps(Protocol):
    """The kinds of column, behind one door. `run` raises `CaseworkError` when it goes wrong."""

    def method(self, step: Step) -> Method: ...

    def blocked(self, step: Step) -> Blocked | None: ...

    async def applies(self, task: StepTask) -> Outcome | None:
        """None when the step's condition holds; else the outcome that says why it does not."""
        ...

    async def run(self, task: StepTask) -> Outcome: ...


class CaseStore(Protocol):
    """Cases of a worksheet, in the order in which they came."""

    def stream(
        self, worksheet_id: str, only: Sequence[str] | None = None
    ) -> AsyncIterator[CaseRecord]: ...

    async def count(self, worksheet_id: str) -> int: ...

    async def set_aside(self, case_id: str, reason: str) -> None: ...

    async def set_times(self, case_id: str, answered_at: str, decided_at: str) -> None:
        """Write when a case was answered and decided ('' for not yet); the first answer stays."""
        ...


class CellStore(Protocol):
    """Cells and outcomes. Writes return after their commit."""

    async def of_case(self, case_id: str) -> dict[str, Cell]: ...

    async def of_rows(self, parent_id: str, worksheet_id: str) -> dict[str, dict[str, Cell]]:
        """The cells of the rows that a case has in a nested worksheet, by case and step id."""
        ...

    def scan(
        self,
        worksheet_id: str,
        only: Sequence[str] | None = None,
        steps: Sequence[str] | None = None,
    ) -> AsyncIterator[list[CellLine]]:
        """Lists of lines, of all cases and steps or just these ids; all lines of a case are in one
        list, cases in the order of `stream`."""
        ...

    async def recorded(
        self, fingerprint: str, attempt: int = 0, *, worksheet_id: str = ""
    ) -> Recorded | None:
        """The newest reusable outcome of this fingerprint, following "same meaning" rows; of this
        worksheet alone when one is named (what was found in a document stays in its worksheet)."""
        ...

    async def known(self, fingerprints: Iterable[str], *, worksheet_id: str = "") -> set[str]:
        """Those of the fingerprints that have a reusable outcome."""
        ...

    async def commit(self, write: CellWrite) -> None: ...

    async def relabel(self, outcome_id: str, outcome: Outcome) -> None:
        """Rewrite label and proof of an outcome whose value stays."""
        ...

    async def history(self, case_id: str, step_id: str) -> list[Recorded]: ...

    async def typical(self, worksheet_id: str) -> dict[tuple[str, str], Usage]:
        """What a cell used on average of late, by step id and digest of the meaning it had then;
        only cells that called a model."""
        ...


class RowStore(Protocol):
    """Rows of tables, which are cases of nested worksheets. None is ever deleted."""

    async def sheets(self, worksheet_id: str) -> dict[str, str]:
        """The ids of the nested worksheets by the path of their table."""
        ...

    async def make_sheets(self, worksheet_id: str, paths: Sequence[str], at: str) -> dict[str, str]:
        """The same, with those of these tables made that are not there yet."""
        ...

    async def of(self, sheet_id: str, parents: Collection[str]) -> dict[str, list[CaseRecord]]:
        """The rows that are there, in their order, by the id of the case that has the table."""
        ...

    async def ever_of(self, sheet_id: str, parent_id: str) -> list[CaseRecord]:
        """All rows that a case has had, those that are there first."""
        ...

    async def made_from(self, parents: Collection[str]) -> dict[tuple[str, str], str]:
        """From which values the rows were made: digests by case id and step id of the table."""
        ...

    async def put(self, write: RowsWrite) -> None: ...


class VerdictStore(Protocol):
    """What people decided, oldest first; nothing is ever overwritten."""

    async def add(self, verdict: Verdict) -> None: ...

    async def of_cell(self, case_id: str, step_id: str) -> list[Verdict]: ...


class RunStore(Protocol):
    """Runs and the one lease a worksheet has."""

    async def start(self, run: RunRecord) -> None:
        """Take the lease and write the run; raises `LeaseHeldError` naming the holder."""
        ...

    async def beat(
        self, run_id: str, at_work: Mapping[tuple[str, str], str] = NOTHING_AT_WORK
    ) -> None:
        """Say that the run is still there, and which cells (case id, step id) it works on, each
        with since when; raises `LeaseHeldError` when it lost its lease."""
        ...

    async def at_work(
        self, run_id: str, case_ids: list[str] | None = None
    ) -> dict[tuple[str, str], str]:
        """The cells (case id, step id) that a run works on, or worked on when it went away, each
        with since when; of these cases alone when some are named."""
        ...

    async def end(self, run: RunRecord) -> None: ...

    async def latest(self, worksheet_id: str, limit: int = 20) -> list[RunRecord]: ...

    async def meanings(self, digests: Iterable[str]) -> dict[str, dict[str, Json]]:
        """The meanings of these digests, as far as they are known."""
        ...

    async def remember_meanings(self, meanings: Mapping[str, dict[str, Json]]) -> None: ...
