"""What was learned of a step: its versions, what they were made of, and why one may go to work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from casework.base.hashing import digest, sha256_bytes, sha256_text
from casework.types.label import NO_LABEL, Label
from casework.types.values import Json

VersionState = Literal["offered", "live", "retired", "refused"]
"""It passed the gate and waits to be adopted; it is at work; a later one, or none, is; the gate or
a person said no."""
ExampleSource = Literal["verdict", "imported"]


_MARK, _AUDIENCE = 12, 8
_IN_VERSION = re.compile(r" learned ([^\s;\"\\]+)")


@dataclass(frozen=True, slots=True)
class Taught:
    """A value that a person took, as an example for a step. `value` is None with `absence` set.

    `documents` are the sha256 of those that the step reads, `places` where the value stands in
    them: (document, page, start, end). `weight` is how far it is trusted (1 for a verdict);
    `label` that of what it came from; `id` the verdict's or the imported row's; `audit` says
    that it belongs to the audit stream, `against` on which outcome it was given ('' for none).
    """

    id: str
    case_id: str
    path: str
    value: Json
    absence: str
    documents: tuple[str, ...]
    source: ExampleSource
    at: str
    who: str = ""
    weight: float = 1.0
    places: tuple[tuple[str, int, int, int], ...] = ()
    label: Label = NO_LABEL
    note: str = ""
    against: str = ""
    audit: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a new version may go to work: on cells that people verified, by cross-validation in
    which relatives stay together, `before` and `after` are the shares that are right without and
    with it; `gained` and `lost` count cells. `reason` says it in a sentence."""

    passed: bool
    cells: int
    groups: int
    before: float
    after: float
    gained: int
    lost: int
    reason: str


@dataclass(frozen=True, slots=True)
class Version:
    """What was learned of a step (its path), once. `number` counts from 1 within a path and
    audience (`types.label.audience_of`: '' for everybody). `sha256` is of its arrays and facts, and
    part of the meaning of the cells that it fills. `examples` counts cells by their source.

    `thresholds` are the confidences from which cells might be accepted, fixed when it was made,
    before any verdict that certifies it. `label` is that of all that it was made of.
    """

    id: str
    worksheet_id: str
    path: str
    number: int
    state: VersionState
    estimator: str
    sha256: str
    gate: Gate
    made_at: str
    audience: str = ""
    examples: Mapping[str, int] = field(default_factory=dict)
    thresholds: tuple[float, ...] = ()
    label: Label = NO_LABEL
    decided_by: str = ""
    decided_at: str = ""
    reason: str = ""
    """Why it was refused or retired, in words."""
    has_model: bool = True
    """Whether it scores candidates. One that does not only tells how sure one may be of what a
    language model reads, and is no part of the meaning of any cell."""

    @property
    def mark(self) -> str:
        """How a method version names it: its number, the beginning of its digest, its audience."""
        told = f"{self.number}.{self.sha256[:_MARK]}"
        return f"{told}@{sha256_text(self.audience)[:_AUDIENCE]}" if self.audience else told


@dataclass(frozen=True, slots=True)
class Stored:
    """The content of a version: `arrays` is a npz file without pickles, `facts` JSON (the
    calibration of its confidence under `calibration`, columns, seen values, …)."""

    arrays: bytes
    facts: Mapping[str, Json]

    @property
    def sha256(self) -> str:
        """Of both: what a version bears as its `sha256`."""
        return digest({"arrays": sha256_bytes(self.arrays), "facts": dict(self.facts)})


def with_learned(version: str, mark: str) -> str:
    """A method version with what is at work besides the code."""
    return f"{version} learned {mark}" if mark else version


def without_learned(told: str) -> tuple[str, tuple[str, ...]]:
    """Text with method versions in it, without what was learned, and the marks of that."""
    marks = [mark for found in _IN_VERSION.findall(told) for mark in found.split(",")]
    return _IN_VERSION.sub("", told), tuple(dict.fromkeys(marks))
