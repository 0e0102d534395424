"""A value that a person took before casework was there, as a row of theirs says it."""

from __future__ import annotations

from dataclasses import dataclass

from casework.types.values import Json

Place = tuple[str, int, int, int]
"""Where a value stands: the document's sha256, the page from 1, and the characters of its text."""


@dataclass(frozen=True, slots=True)
class PastDecision:
    """What an imported row says of one cell: a value, or an absence (then `value` is None).

    `written` is the cell of the row as it was written, `source` names the file and row. `places`
    are empty for an absence and for a value that was not found in the documents of its case; the
    latter has a `weight` of 0 and teaches nothing. `weight` is how far the others are trusted.
    """

    id: str
    case_id: str
    step_id: str
    value: Json
    absence: str
    written: str
    places: tuple[Place, ...]
    source: str
    weight: float
    who: str
    at: str

    @property
    def file(self) -> str:
        """The name of the file that it came from."""
        return self.source.rpartition(SEPARATOR)[0]


SEPARATOR = " · "
"""Between the name of a file and the row in it, in a `source`."""


def source_of(file: str, where: str) -> str:
    """How a source is written: the file's name, then where in it (`row 12`, `sheet Bills row 12`;
    what names a sheet may not part them once more)."""
    return f"{file}{SEPARATOR}{where.replace(SEPARATOR, ' ')}"
