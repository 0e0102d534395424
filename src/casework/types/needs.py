"""What rooms need from their neighbours, as protocols; `sdk/wire.py` passes the implementations."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

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
from casework.types.run import RunRecord
from casework.types.usage import Usage
from casework.types.values import Json, ValueType
from casework.types.verdict import Verdict


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


class CellStore(Protocol):
    """Cells and outcomes. Writes return after their commit."""

    async def of_case(self, case_id: str) -> dict[str, Cell]: ...

    def scan(self, worksheet_id: str) -> AsyncIterator[list[CellLine]]:
        """Lists of lines; all lines of a case are in one list, cases in the order of `stream`."""
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

    async def typical(self, worksheet_id: str) -> dict[str, Usage]:
        """What one run of a cell used on average, by step id; only steps that called a model."""
        ...


class VerdictStore(Protocol):
    """What people decided, oldest first; nothing is ever overwritten."""

    async def add(self, verdict: Verdict) -> None: ...

    async def of_cell(self, case_id: str, step_id: str) -> list[Verdict]: ...


class RunStore(Protocol):
    """Runs and the one lease a worksheet has."""

    async def start(self, run: RunRecord) -> None:
        """Take the lease and write the run; raises `LeaseHeldError` naming the holder."""
        ...

    async def beat(self, run_id: str) -> None: ...

    async def end(self, run: RunRecord) -> None: ...

    async def latest(self, worksheet_id: str, limit: int = 20) -> list[RunRecord]: ...

    async def old_meanings(self, worksheet_id: str) -> dict[str, dict[str, Json]]:
        """The meanings of outcomes in force in this worksheet, by their digests."""
        ...

    async def remember_meanings(self, meanings: Mapping[str, dict[str, Json]]) -> None: ...
