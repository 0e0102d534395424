"""Which of the files that were handed in describes the work itself: seen by how it speaks, or at
somebody's word. Such a file is no case."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from casework.sdk.grouping import Incoming
from casework.sdk.suggesting.reading import ReadFiles

TEXTS = (".md", ".markdown", ".docx", ".doc", ".pdf", ".txt", ".odt", ".rtf", ".html", ".htm")
"""How the names end of files that may be a written procedure."""
MOST_WORDS = 60_000
"""Letters of a written procedure that are looked at, and that a model is shown."""
_OPENING = 4_000
"""Letters of it that are kept at the head of the steps while no model has worded them."""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What people said: the file (by its path as it is shown) that describes the work, '' for
    nobody said; files that do not, though they may look like it; or that none does."""

    path: str = ""
    cases: frozenset[str] = frozenset()
    none: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """The file that describes the work, '' for none, its words, and what is to be said of it."""

    path: str = ""
    words: str = ""
    notes: tuple[str, ...] = ()

    @property
    def opening(self) -> str:
        """Its words as they stand at the head of the steps: whole paragraphs, not without end."""
        if len(self.words) <= _OPENING:
            return self.words
        return self.words[:_OPENING].rpartition("\n\n")[0] or self.words[:_OPENING]


NOTHING_SAID, NOBODY_SAYS = Said(), Described()


def described(read: ReadFiles, said: Said) -> Described:
    """The file that describes the work: the one that was named, else the only one that speaks as
    written procedures do. Where several do, they may be the cases, and none is taken."""
    if said.none:
        return Described()
    by_path = dict(zip(read.shown, read.incoming, strict=True))
    if said.path:
        file = by_path.get(said.path)
        return Described() if file is None else Described(said.path, words_of([file]))
    speaking = [
        path
        for path, file in by_path.items()
        if path not in said.cases and path.lower().endswith(TEXTS) and _instructs(file)
    ]
    if len(speaking) == 1:
        return Described(speaking[0], words_of([by_path[speaking[0]]]))
    if not speaking:
        return Described()
    names = ", ".join(speaking[:_NAMED]) + (", …" if len(speaking) > _NAMED else "")
    told = f"{len(speaking)} files read like written procedures ({names}); none is taken for yours."
    return Described(notes=(told,))


def cases_of(read: ReadFiles, about: Described) -> list[Incoming]:
    """The files of cases: all but the one that describes the work. What lies beside that one may be
    a single folder; people mean what lies in it then, as they do when they drop it alone."""
    others = [
        file for path, file in zip(read.shown, read.incoming, strict=True) if path != about.path
    ]
    if not others or len(others) == len(read.incoming):
        return others
    top = Path(os.path.commonpath([file.path.parent for file in others]))
    below = [file.path.relative_to(top).parts for file in others]
    return [
        replace(file, folder=parts[0] if len(parts) > 1 else "")
        for file, parts in zip(others, below, strict=True)
    ]


def words_of(files: Sequence[Incoming]) -> str:
    """The text of files, a page after the other."""
    pages = [page.text for file in files for one in file.arrivals for page in one.document.pages]
    return "\n\n".join(page for page in pages if page.strip())[:MOST_WORDS]


def _instructs(file: Incoming) -> bool:
    from casework.extraction.suggest.instructing import speech_of

    return len(file.arrivals) == 1 and speech_of(file.arrivals[0].document, file.name).instructs
