"""What a person decided about a cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from casework.types.label import NO_LABEL, Label
from casework.types.proof import Citation
from casework.types.values import Json

VerdictKind = Literal["accepted", "corrected", "rejected", "adopted", "undone", "redone"]
"""`adopted` is bulk acceptance: no verdict in the statistical sense and no example. `undone`
takes the verdict before it back; `redone` lets it hold again."""

Stream = Literal["", "audit", "second"]
"""Whether the cell was shown because its case was drawn at random (`audit`); `second` where it
bears out what another person decided, on a step that wants two; '' for any other."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's decision. `value` is the value that now holds (None with `absence` set, or after
    a rejection); `against` is the outcome it was given on; `shown_because` and
    `shown_probability` say why the cell was shown and how likely that was (1 when asked for).
    `blind` says that the machine's value was hidden until the person had answered, `seconds` how
    long the answer took from when the cell was shown (None where nobody measured).
    `citations` are the places that the person took the value from, as they stand on the page; a
    place that the machine could not confirm has the grade `none` and is told as the person did.
    """

    id: str
    case_id: str
    step_id: str
    kind: VerdictKind
    value: Json
    absence: str
    against: str
    who: str
    at: str
    note: str = ""
    shown_because: str = ""
    shown_probability: float = 1.0
    stream: Stream = ""
    blind: bool = False
    seconds: float | None = None
    citations: tuple[Citation, ...] = ()
    label: Label = field(default=NO_LABEL, repr=False)
    """The documents of its places, and who may read all of them; empty without places."""


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What another person read in a cell of the audit stream, blind to the machine and to the
    first person. `verdict` is the id of the first person's verdict, which goes on to hold whatever
    this says. `value` is None with `absence` set; `seconds` as in a verdict."""

    id: str
    case_id: str
    step_id: str
    verdict: str
    value: Json
    absence: str
    who: str
    at: str
    seconds: float | None = None
