"""What can be wrong with a rule, before it is known whether a person or a case is told."""

from __future__ import annotations


class Wrong(Exception):
    """A rule that cannot be worked out: code, reason and what to do, in words of the procedure."""

    def __init__(self, code: str, reason: str, fix: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.fix = fix
