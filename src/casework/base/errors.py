"""Every error of casework, in one tree; knows how each maps to HTTP and whether a retry helps.

CaseworkError
├── InputError                what was handed in cannot be used as it is (400)
│   ├── ProcedureError        a procedure has mistakes; carries all of them
│   ├── DocumentError         a file cannot be read; carries the state it leaves the document in
│   ├── ValueReadError        a text is not a value of the wanted type
│   ├── SettingsError         a setting is unknown or has a bad value
│   └── UsageError            an action was called with words that do not fit
│       └── NotFittedError    an estimator was asked before it had learned
├── NotFoundError             no such worksheet, case, step, document (404)
├── ConflictError             somebody else holds it, or it exists already (409)
│   └── LeaseHeldError        another run works on this worksheet
├── RequestError              a request cannot be taken as it came; carries its HTTP status
├── RuleError                 a rule went wrong on these inputs (422); counts against the case
├── ModelError                a call to a language model did not give a usable answer
│   ├── ModelMissingError     no model is configured for what is wanted (424)
│   ├── ModelAuthError        the key is missing or refused (401)
│   ├── ModelUnavailableError the endpoint is down, or answered 5xx (503)
│   ├── RateLimitedError      the endpoint asks to wait (429)
│   ├── ModelTimeoutError     no answer in time (504)
│   ├── ModelRequestError     the endpoint does not accept the request as it is (400)
│   ├── ContextTooLongError   the request is larger than the model's window (413)
│   ├── ModelRefusedError     the model declined to answer (422); counts against the case
│   ├── InvalidAnswerError    the answer did not fit after one repair (422); counts against the case
│   └── NotRecordedError      a replay asks what the run did not ask, so no answer is known (409)
├── WaitError                 it waits for something that comes by itself or from a person (503)
│   ├── BudgetError           a cap on money, tokens or calls is reached (402)
│   └── BatchPendingError     the answer comes with a batch job of the provider (202)
├── BorderError               a call was about to leave the machine that nobody allowed (403)
├── RightsError               the person who asks may not read or do what it is about (403)
├── SignInError               nobody came in: no account, password or link that fits (401)
│   └── TooManyTriesError     too many tries went wrong: wait (429)
├── StoreError                the workspace cannot be read or written (500)
│   ├── NewerStoreError       the workspace was written by a newer casework (409)
│   ├── StoreAwayError        the database server or the object store cannot be reached (503)
│   └── DiskError             the disk is full or read-only (507)
├── EstimatorError            a plug-in's estimator is not there or does not work (424)
└── WorkerError               a worker process does not start, or died twice (500)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal


class CaseworkError(Exception):
    """Something went wrong that we can name.

    `message` says what happened and to which thing, `fix` what to do next (may be empty).
    """

    default_code: ClassVar[str] = "casework.error"
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    """Whether the same call may succeed later without anybody changing anything."""
    blames_case: ClassVar[bool] = False
    """Whether the failure counts against the case (law 6)."""
    retry_after_s: float | None = None
    """How long the other side asked to wait before a retry; None when it did not say."""

    def __init__(self, message: str, *, fix: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.code = code or self.default_code

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip() if self.fix else self.message


class InputError(CaseworkError):
    default_code = "input.invalid"
    http_status = 400


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a procedure: where (1-based line), what, and how to mend it."""

    line: int
    code: str
    reason: str
    fix: str = ""


class ProcedureError(InputError):
    """A procedure has mistakes; `mistakes` lists all of them in line order."""

    default_code = "procedure.invalid"

    def __init__(self, mistakes: tuple[Mistake, ...], *, name: str = "") -> None:
        where = f"{name}: " if name else ""
        lines = [f"{where}line {m.line}: {m.reason} {m.fix}".rstrip() for m in mistakes]
        super().__init__("\n".join(lines), code=mistakes[0].code if mistakes else "")
        self.mistakes = mistakes


class DocumentError(InputError):
    """A file cannot be read. `state` is one of `casework.types.document.DocumentState`."""

    default_code = "document.broken"
    blames_case = True

    def __init__(self, message: str, *, state: str = "broken", fix: str = "") -> None:
        super().__init__(message, fix=fix, code=f"document.{state}")
        self.state = state


class ValueReadError(InputError):
    default_code = "value.unreadable"


class SettingsError(InputError):
    default_code = "settings.invalid"


class UsageError(InputError):
    default_code = "usage.invalid"


class NotFittedError(UsageError):
    default_code = "learn.not_fitted"


class NotFoundError(CaseworkError):
    default_code = "not_found"
    http_status = 404


class ConflictError(CaseworkError):
    default_code = "conflict"
    http_status = 409


class LeaseHeldError(ConflictError):
    default_code = "run.lease_held"
    retryable = True


class RequestError(CaseworkError):
    """A request of a program cannot be taken as it came. `status` is its own HTTP status."""

    default_code = "request.invalid"
    http_status = 400

    def __init__(self, message: str, *, status: int = 400, fix: str = "", code: str = "") -> None:
        super().__init__(message, fix=fix, code=code)
        self.status = status


class RuleError(CaseworkError):
    default_code = "rule.failed"
    http_status = 422
    blames_case = True


class ModelError(CaseworkError):
    default_code = "model.failed"
    http_status = 502


class ModelMissingError(ModelError):
    default_code = "model.missing"
    http_status = 424


class ModelAuthError(ModelError):
    default_code = "model.unauthorised"
    http_status = 401


class ModelUnavailableError(ModelError):
    default_code = "model.unavailable"
    http_status = 503
    retryable = True


class RateLimitedError(ModelError):
    """The endpoint asks to wait; `retry_after_s` is its own word, None when it gave none."""

    default_code = "model.rate_limited"
    http_status = 429
    retryable = True

    def __init__(self, message: str, *, retry_after_s: float | None = None, fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.retry_after_s = retry_after_s


class ModelTimeoutError(ModelError):
    default_code = "model.timeout"
    http_status = 504
    retryable = True


class ModelRequestError(ModelError):
    """`parameter` is the field of the request that the endpoint does not take, '' if unknown."""

    default_code = "model.bad_request"
    http_status = 400

    def __init__(self, message: str, *, fix: str = "", code: str = "", parameter: str = "") -> None:
        super().__init__(message, fix=fix, code=code)
        self.parameter = parameter


class ContextTooLongError(ModelError):
    default_code = "model.context_too_long"
    http_status = 413


class ModelRefusedError(ModelError):
    default_code = "model.refused"
    http_status = 422
    blames_case = True


class InvalidAnswerError(ModelError):
    default_code = "model.invalid_answer"
    http_status = 422
    blames_case = True


class WaitError(CaseworkError):
    """Nobody's fault and no failure of a model: it can go on later. `waits_for` is a word of
    `casework.types.case.WaitKind`."""

    default_code = "wait"
    http_status = 503
    retryable = True
    waits_for: ClassVar[Literal["system", "budget", "batch"]] = "system"


class BudgetError(WaitError):
    """`wide` says that the cap is of more than one case: other calls of the model wait as well."""

    default_code = "budget.reached"
    http_status = 402
    retryable = False
    waits_for = "budget"

    def __init__(self, message: str, *, fix: str = "", wide: bool = False) -> None:
        super().__init__(message, fix=fix)
        self.wide = wide


class BatchPendingError(WaitError):
    """`job` is the id of the job, '' while requests gather; `since` when it was sent (UTC)."""

    default_code = "model.batch_pending"
    http_status = 202
    waits_for = "batch"

    def __init__(self, message: str, *, fix: str = "", job: str = "", since: str = "") -> None:
        super().__init__(message, fix=fix)
        self.job = job
        self.since = since


class NotRecordedError(ModelError):
    default_code = "replay.not_recorded"
    http_status = 409


class EstimatorError(CaseworkError):
    default_code = "learn.estimator_failed"
    http_status = 424


class BorderError(CaseworkError):
    default_code = "border.refused"
    http_status = 403


class RightsError(CaseworkError):
    default_code = "rights.hidden"
    http_status = 403


class SignInError(CaseworkError):
    default_code = "sign_in.refused"
    http_status = 401


class TooManyTriesError(SignInError):
    """`retry_after_s` says how long to wait."""

    default_code = "sign_in.too_many"
    http_status = 429
    retryable = True

    def __init__(self, message: str, *, fix: str = "", retry_after_s: float) -> None:
        super().__init__(message, fix=fix)
        self.retry_after_s = retry_after_s


class StoreError(CaseworkError):
    default_code = "store.failed"


class NewerStoreError(StoreError):
    default_code = "store.newer"
    http_status = 409


class StoreAwayError(StoreError):
    default_code = "store.away"
    http_status = 503
    retryable = True


class DiskError(StoreError):
    default_code = "store.disk"
    http_status = 507


class WorkerError(CaseworkError):
    """A file that kills its reader is no such error: it is a document in a state of its own."""

    default_code = "worker.died"
