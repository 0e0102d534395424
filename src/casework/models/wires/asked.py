"""What was asked of whom: what messages about a reply need to be clear, without secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from casework.models.names import Target

_MOST_WORDS, _MOST_NAME = 300, 120
_MOST_READ = 4000  # of what an endpoint says; the rest is not even looked at
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
        """What the endpoint said, short, on one line, without signs that a terminal would obey, and
        never with a key in it."""
        if self.target.key:
            words = words.replace(self.target.key, "[key]")
        words = _KEY_LIKE.sub("[key]", words[:_MOST_READ])
        line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
        return line if len(line) <= _MOST_WORDS else line[: _MOST_WORDS - 1] + "…"

    def named(self, name: object) -> str:
        """A name that the endpoint gave (of its model, of an answer), as it may be shown."""
        text = str(name or "")
        if len(text) <= _MOST_NAME and text.isprintable():
            return text
        return self.quoted(text)[:_MOST_NAME]
