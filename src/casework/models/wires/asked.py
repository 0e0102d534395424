"""What was asked of whom: what messages about a reply need to be clear, without secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from casework.models.names import Target

_MOST_WORDS = 300
_KEY_LIKE = re.compile(r"\b(?:sk|gsk|xai|fw|pk)[-_][\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request at a target. `url` is where it went."""

    target: Target
    url: str

    @property
    def who(self) -> str:
        """The model, as people write it."""
        return str(self.target)

    def quoted(self, words: str) -> str:
        """What the endpoint said, short, on one line, and never with a key in it."""
        if self.target.key:
            words = words.replace(self.target.key, "[key]")
        line = " ".join(_KEY_LIKE.sub("[key]", words).split())
        return line if len(line) <= _MOST_WORDS else line[: _MOST_WORDS - 1] + "…"
