"""A cell that somebody was asked to decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AssignmentKind = Literal["assigned", "sent_back"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """`whose` decision is wanted, `who` asked for it, and why (`note`). `sent_back` goes to
    somebody who decided on it, or assigned it, before."""

    case_id: str
    step_id: str
    kind: AssignmentKind
    whose: str
    who: str
    note: str
    at: str
