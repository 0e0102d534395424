"""What all fields of a document share: layout, labels, candidates and their features.

Everything is computed when first asked for and then kept, so that asking for a date does not read
amounts. Nothing here depends on a field.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from casework.documents.tables.find import tables_of
from casework.documents.tables.headings import Headings
from casework.extraction import features
from casework.extraction.anchors import Anchors, find_anchors, token_breaks
from casework.extraction.candidates.blocks import blocks
from casework.extraction.candidates.durations import durations
from casework.extraction.candidates.ids import emails, ids
from casework.extraction.candidates.names import organisations
from casework.extraction.candidates.table import Candidates, Found, gather
from casework.extraction.candidates.texts import texts
from casework.extraction.candidates.typed import TYPED, typed
from casework.extraction.concepts import Lexicon, lexicon
from casework.extraction.context import WordsAround
from casework.extraction.layout import Floats, Layout, lay_out
from casework.extraction.relations import Relations, relate
from casework.types.document import Document
from casework.types.values import ValueType
from casework.values.habits import Habits, habits_of

_NAME_LINES = 2
_PLAIN_SHAPES = TYPED | {"id", "email", "duration"}


@dataclass(frozen=True, slots=True)
class Pool:
    """Candidates of one kind with what the document says about them."""

    candidates: Candidates
    static: Floats
    relations: Relations


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document made ready to be asked. `pools`, `habits` and `tables` fill as fields ask."""

    document: Document
    document_name: str
    layout: Layout
    lexicon: Lexicon
    breaks: tuple[bool, ...]
    anchors: Anchors
    height: float
    pools: dict[str, Pool] = field(default_factory=dict, repr=False, compare=False)
    known_habits: list[Habits] = field(default_factory=list, repr=False, compare=False)
    known_tables: list[tuple[Headings, ...]] = field(
        default_factory=list, repr=False, compare=False
    )
    known_around: list[WordsAround] = field(default_factory=list, repr=False, compare=False)

    @property
    def around(self) -> WordsAround:
        """Its words as models fitted from examples look at them."""
        if not self.known_around:
            self.known_around.append(WordsAround(self.layout))
        return self.known_around[0]

    @property
    def habits(self) -> Habits:
        """How the document writes dates and numbers."""
        if not self.known_habits:
            self.known_habits.append(habits_of("\n".join(p.text for p in self.layout.pages)))
        return self.known_habits[0]

    @property
    def tables(self) -> tuple[Headings, ...]:
        """The tables of the document, stated or found, with what their headings say."""
        if not self.known_tables:
            found = tables_of(self.document)
            self.known_tables.append(tuple(Headings(table, self.habits) for table in found))
        return self.known_tables[0]

    def pool(self, shape: str, wanted: ValueType) -> Pool:
        """The candidates of a shape (`name`, `id`, …) or of a typed value."""
        told = f"{wanted.name}|{wanted.unit}|{wanted.hint}|{wanted.options}"
        key = f"{shape}|{told}" if shape in TYPED or shape == "duration" else shape
        if key not in self.pools:
            self.pools[key] = self.pool_of(
                self._find(shape, wanted), wordy=shape not in _PLAIN_SHAPES
            )
        return self.pools[key]

    def pool_of(self, found: list[Found], *, wordy: bool = True) -> Pool:
        """A pool of the given candidates."""
        candidates = gather(self.layout, found)
        return Pool(
            candidates,
            features.static(candidates, self.layout, self.anchors, wordy=wordy),
            relate(candidates, self.anchors, self.height),
        )

    def _find(self, shape: str, wanted: ValueType) -> list[Found]:
        if shape in TYPED:
            return typed(self.layout, wanted, self.habits)
        if shape == "id":
            return ids(self.layout)
        if shape == "email":
            return emails(self.layout)
        if shape == "address":
            return blocks(self.layout)
        if shape == "duration":
            return durations(self.layout, self.habits, wanted)
        found = texts(self.layout, self.anchors)
        if shape == "name":
            found += [
                each
                for each in blocks(self.layout, _NAME_LINES)
                if "\n" in self.layout.pages[each.page].text[each.start : each.end]
            ]
            found += organisations(self.layout)
        return list(dict.fromkeys(found))


def prepare(document: Document, document_name: str) -> Prepared:
    """The document, laid out and with its labels found; a document without text has no pages."""
    layout = lay_out(document)
    words = lexicon()
    breaks = token_breaks(layout)
    height = float(np.median(layout.height)) if len(layout.height) else 1.0
    return Prepared(
        document,
        document_name,
        layout,
        words,
        tuple(breaks),
        find_anchors(layout, words, breaks),
        height,
    )
