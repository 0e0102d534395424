"""Labels: which sources a value came from and who may read it; joined over everything it used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.types.values import Json


@dataclass(frozen=True, slots=True)
class Label:
    """`sources`: sha256 of documents, or `person:NAME`, `procedure`, `model:NAME`, `learned:ID`.

    `readers`: who may read; None means everybody in the workspace. Joining unites the sources and
    intersects the readers, so that what is made of two things is open only to readers of both.
    """

    sources: frozenset[str] = frozenset()
    readers: frozenset[str] | None = None

    def join(self, other: Label) -> Label:
        """The label of what is made from both."""
        if self.readers is None:
            readers = other.readers
        elif other.readers is None:
            readers = self.readers
        else:
            readers = self.readers & other.readers
        return Label(self.sources | other.sources, readers)

    def as_json(self) -> dict[str, Json]:
        """`{"sources": [...], "readers": [...] or null}`, sorted."""
        readers: Json = None if self.readers is None else [*sorted(self.readers)]
        return {"sources": [*sorted(self.sources)], "readers": readers}


NO_LABEL = Label()
_NOBODY = "nobody"
LEARNED = "learned:"
"""How a source begins that is a learned version, by its id."""


def audience_of(readers: frozenset[str] | None) -> str:
    """Readers as one word: '' for everybody, else the groups in order, parted by `|`."""
    return "" if readers is None else "|".join(sorted(readers)) or _NOBODY


def readers_of(audience: str) -> frozenset[str] | None:
    """The inverse of `audience_of`."""
    if not audience:
        return None
    return frozenset() if audience == _NOBODY else frozenset(audience.split("|"))


def open_to(readers: frozenset[str] | None, audience: frozenset[str] | None) -> bool:
    """Whether everyone in an audience may read what is readable by `readers`."""
    return readers is None or (audience is not None and audience <= readers)


def shared_readers(each: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """Who may read all of several things; None means everybody."""
    readers: frozenset[str] | None = None
    for one in each:
        if one is not None:
            readers = one if readers is None else readers & one
    return readers


def join_all(labels: Iterable[Label]) -> Label:
    """The join of all labels; the empty label for none."""
    joined = NO_LABEL
    for label in labels:
        joined = joined.join(label)
    return joined
