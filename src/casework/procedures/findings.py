"""Collects mistakes with their lines, so that a writer is told all of them at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.base.errors import Mistake


@dataclass(frozen=True, slots=True)
class Findings:
    """Mistakes found so far. `line` (from 1) is where `add` puts the next one."""

    line: int = 1
    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, code: str, reason: str, fix: str = "") -> None:
        """Note one mistake at this line."""
        self.mistakes.append(Mistake(self.line, code, reason, fix))

    def at(self, line: int) -> Findings:
        """The same collection, with its pen at another line."""
        return Findings(line, self.mistakes)

    def in_order(self) -> tuple[Mistake, ...]:
        """All mistakes by line, each once."""
        return tuple(dict.fromkeys(sorted(self.mistakes, key=lambda mistake: mistake.line)))
