"""Batch jobs of providers: many requests at once, answered within a day, for less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

JobState = Literal["sending", "sent", "done", "failed", "expired", "cancelled", "lost"]
"""`sending`: written down, not yet known to be with the provider; `sent`: with the provider; the
others are over. `lost`: nobody knows what became of it."""
RequestState = Literal["sent", "failed", "undone"]
"""`failed`: the provider could not answer this one; `undone`: the job ended without it."""


@dataclass(frozen=True, slots=True)
class BatchJob:
    """A job. `model` is `provider:model`; `id` is ours, `remote_id` the provider's ('' before it
    told). Times are UTC stamps, '' for not yet."""

    id: str
    model: str
    remote_id: str = ""
    state: JobState = "sending"
    requests: int = 0
    answered: int = 0
    failed: int = 0
    sent_at: str = ""
    looked_at: str = ""
    ended_at: str = ""
    problem: str = ""

    @property
    def open(self) -> bool:
        """Whether answers may still come."""
        return self.state in ("sending", "sent")


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """A request of a job. `mark` is its name within the job, `schema_name` that of the schema of
    its answer ('' for plain text), `tries` how many jobs it was in."""

    worksheet_id: str
    key: str
    mark: str
    job_id: str = ""
    state: RequestState = "sent"
    schema_name: str = ""
    tries: int = 1
    code: str = ""
    problem: str = ""
