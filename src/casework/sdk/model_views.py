"""What is shown of models: who is configured, what they cost and bear, how fast they are."""

from __future__ import annotations

from dataclasses import dataclass

from casework.types.usage import NO_USAGE, Usage


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model and what it is there for: `roles`, or other settings that name it. Prices are USD per
    million tokens, None when the table does not have it. `learnt_per_minute` are the calls that its
    endpoint bore last (None: no limit was met), `users` the processes that ask it now."""

    model: str
    roles: tuple[str, ...]
    input_usd: float | None = None
    output_usd: float | None = None
    learnt_per_minute: float | None = None
    learnt_at: str = ""
    users: int = 0


@dataclass(frozen=True, slots=True)
class ModelView:
    """A provider of models and whether it is ready: `problem` is '' when it is. `warning` tells
    what is accepted but should be known; `local` whether nothing leaves this machine. Limits are
    those that are set; None where the endpoint's own is learnt."""

    name: str
    base_url: str
    dialect: str
    key: str
    problem: str
    used_by: tuple[str, ...] = ()
    warning: str = ""
    local: bool = False
    concurrency: int = 0
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    models: tuple[ModelUse, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelTest:
    """A tiny call to a model: how it went and how long it took. `first_token_s` is None where the
    endpoint does not stream."""

    model: str
    ok: bool
    message: str
    seconds: float
    usage: Usage
    first_token_s: float | None = None


@dataclass(frozen=True, slots=True)
class ModelTiming:
    """Several calls to a model, measured. Times are seconds; `first_token_s` is None where it does
    not stream, `problem` the last thing that went wrong ('' for nothing)."""

    model: str
    calls: int
    answered: int
    p50_s: float = 0.0
    p95_s: float = 0.0
    first_token_s: float | None = None
    tokens_per_s: float | None = None
    usage: Usage = NO_USAGE
    problem: str = ""
