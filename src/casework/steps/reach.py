"""How much of documents one cell reads: what one call may carry, and how many calls it may make."""

from __future__ import annotations

from dataclasses import dataclass

from casework.types.values import ValueType


@dataclass(frozen=True, slots=True)
class Reach:
    """How many letters of documents one call may carry (`window`), and how many calls one cell may
    make in longer ones: for one value (`calls`), for everything of a kind (`all_calls`)."""

    window: int
    calls: int = 3
    all_calls: int = 40

    def most(self, type: ValueType) -> int:
        """How many calls a value of this type may take."""
        return max(1, self.all_calls if wants_all(type) else self.calls)


def wants_all(type: ValueType) -> bool:
    """Whether a value is everything of a kind, so that all of the documents must be read."""
    return type.many or type.name in ("table", "choices")
