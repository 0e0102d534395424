"""A sharper instruction that is proposed for a step, and what it does to cells people verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casework.types.usage import NO_USAGE, Usage

ProposedBy = Literal["model", "examples"]
"""A language model worded it anew; corrected examples were written below it."""


@dataclass(frozen=True, slots=True)
class Effect:
    """Of `cells` that people verified, how many are right with the instruction in force and with
    the proposed one. `lost` names the cases in which it was right and no longer is, `gained` those
    in which it is right now."""

    cells: int = 0
    before: int = 0
    after: int = 0
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SharperInstruction:
    """A proposal. `old` and `new` are the instruction as written, `text` the whole procedure with
    it, made from a text with the digest `over`; `diff` tells the lines that differ (unified).

    `shown` is the effect on the documents from which the proposal was made and on their relatives,
    `held_out` on all others: only these tell what it does to documents to come. `examples` wrong
    cells were used; `left_out` were not, since not everybody may read them.
    """

    step_id: str
    step_name: str
    by: ProposedBy
    old: str
    new: str
    why: str
    diff: tuple[str, ...]
    shown: Effect
    held_out: Effect
    examples: int
    left_out: int
    text: str
    over: str
    model: str = ""
    usage: Usage = NO_USAGE
    taken: bool = False

    @property
    def worse(self) -> bool:
        """Whether fewer verified cells would be right, of those held out or of all."""
        before = self.shown.before + self.held_out.before
        after = self.shown.after + self.held_out.after
        return self.held_out.after < self.held_out.before or after < before
