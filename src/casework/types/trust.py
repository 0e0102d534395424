"""Promises about errors, the cases that were drawn at random to keep them, and what people read
there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from casework.types.values import Json
from casework.types.verdict import Stream, VerdictKind

WHOLE = ""
"""The path of a promise for the whole worksheet."""


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """Somebody's promise for the step at `path`, or for the `WHOLE` worksheet: at most `epsilon`
    of what passes without a person is wrong, but for probability `delta`."""

    path: str
    epsilon: float
    delta: float
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class Audit:
    """A case of the audit stream: how likely it was to be drawn, whether two people read it, and
    since when it is in the stream."""

    probability: float
    twice: bool
    drawn_at: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a reader said of a cell that passed it on to the next one, and how sure it was."""

    value: Json
    absence: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict on a cell of a case of the audit stream, with the machine's answer it was given on:
    the digest of what its step meant, value, absence, confidence, signals, time and the learned
    versions (ids) that it came from. `meaning` is '' where it was given on nothing."""

    id: str
    case_id: str
    step_id: str
    kind: VerdictKind
    value: Json
    absence: str
    who: str
    at: str
    stream: Stream
    blind: bool
    meaning: str = ""
    machine_value: Json = None
    machine_absence: str = ""
    confidence: float | None = None
    signals: Mapping[str, float] = field(default_factory=dict)
    found_at: str = ""
    versions: frozenset[str] = frozenset()
    earlier: tuple[Earlier, ...] = ()
    """Readers before the one that answered, of which it was measured how sure they were."""


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell of a case of the audit stream as it is now: the confidence of the machine's answer, or
    of its surest reader (None: not measured, no answer, or one that never passes), whether a
    person's word stands, the digest of what its step meant and the versions it came from."""

    case_id: str
    step_id: str
    confidence: float | None
    decided: bool
    meaning: str = ""
    versions: frozenset[str] = frozenset()
