"""Where labels stand in a document, for every concept of the lexicon at once.

Finding all of them, not only those of the wanted field, is what tells "Total tax" from "Total": the
longest label wins, and the label of another concept nearer to a value speaks against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from casework.extraction.candidates.names import legal_form
from casework.extraction.concepts import Lexicon
from casework.extraction.layout import Bools, Floats, Ints, Layout
from casework.extraction.tokens import tokens

_WORD_GAP = 1.3
"""Words of one label stand closer than this, in heights of the text."""
_CELL_GAP = 0.9
_BLOCKS_BESIDE = 0.35
_PART_OF_NAME = 0.1
"""The word before a legal form is a name, not a label: `Supplier GmbH`."""
_PROSE_WORDS = 9
"""A run of words this long without a gap is prose: a label inside it is a weaker one."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Labels as arrays. `first`, `last` are tokens (inclusive); `word` and `last_word` their words;
    `quality` says how much each looks like a label (0 to 1); `blocks` how much each cuts off what
    stands above it, less when its own value stands beside it; `generic` marks labels that only say
    what kind of value follows (`Name:`); `concepts` what it may stand for."""

    page: Ints
    row: Ints
    box: Floats
    start: Ints
    end: Ints
    first: Ints
    last: Ints
    quality: Floats
    blocks: Floats
    generic: Bools
    concepts: tuple[tuple[tuple[int, float], ...], ...]

    def __len__(self) -> int:
        return len(self.page)


def token_breaks(layout: Layout) -> list[bool]:
    """Whether each token is too far from the token before it to share a label."""
    count = len(layout.tokens)
    if not count:
        return []
    word = layout.token_word
    broken = np.ones(count, bool)
    same = layout.row[word[1:]] == layout.row[word[:-1]]
    space = layout.token_box[1:, 0] - layout.token_box[:-1, 2]
    broken[1:] = ~same | (space > _WORD_GAP * layout.height[word[1:]])
    return [bool(each) for each in broken.tolist()]


def find_anchors(layout: Layout, lexicon: Lexicon, breaks: Sequence[bool]) -> Anchors:
    """Every label of the lexicon in the document."""
    found = lexicon.matches(layout.tokens, breaks)
    spans = [(match.first, match.last) for match in found]
    generic = [
        all("generic" in lexicon.concepts[index].hints for index, _ in match.concepts)
        for match in found
    ]
    return _anchors(layout, spans, tuple(match.concepts for match in found), generic)


def find_phrase(layout: Layout, phrase: str, breaks: Sequence[bool], concept: int) -> Anchors:
    """Every place of one phrase, as anchors of `concept`."""
    wanted = tokens(phrase)
    names = layout.tokens
    size = len(wanted)
    spans: list[tuple[int, int]] = []
    if size:
        at = -1
        for _ in range(names.count(wanted[0])):
            at = names.index(wanted[0], at + 1)
            if list(names[at : at + size]) == wanted and not any(breaks[at + 1 : at + size]):
                spans.append((at, at + size - 1))
    return _anchors(layout, spans, (((concept, 1.0),),) * len(spans), [False] * len(spans))


def _anchors(
    layout: Layout,
    spans: Sequence[tuple[int, int]],
    concepts: tuple[tuple[tuple[int, float], ...], ...],
    generic: Sequence[bool],
) -> Anchors:
    pairs = np.array(spans, np.int64).reshape(-1, 2)
    first, last = pairs[:, 0], pairs[:, 1]
    word = layout.token_word[first]
    ends = layout.token_word[last]
    box = np.empty((len(pairs), 4))
    box[:, 0] = layout.token_box[first, 0]
    box[:, 1] = np.minimum(layout.box[word, 1], layout.box[ends, 1])
    box[:, 2] = layout.token_box[last, 2]
    box[:, 3] = np.maximum(layout.box[word, 3], layout.box[ends, 3])
    return Anchors(
        page=layout.page[word],
        row=layout.row[word],
        box=box,
        start=layout.token_start[first],
        end=layout.token_end[last],
        first=first,
        last=last,
        quality=_quality(layout, first, last),
        blocks=_blocks(layout, last),
        generic=np.array(generic, bool),
        concepts=concepts,
    )


def _blocks(layout: Layout, last: Ints) -> Floats:
    """1 for a label that ends its row (a heading of what follows), less for others."""
    count = len(layout.tokens)
    word = layout.token_word
    ends = np.ones(count, bool)
    if count > 1:
        ends[:-1] = layout.row[word[1:]] != layout.row[word[:-1]]
    return np.where(ends[last], 1.0, _BLOCKS_BESIDE) if count else np.zeros(0)


def _quality(layout: Layout, first: Ints, last: Ints) -> Floats:
    """How much each looks like a label: begins a cell, ends one or has a colon, is not in prose."""
    count = len(layout.tokens)
    word = layout.token_word
    cut = np.ones(count + 1, bool)
    if count > 1:
        space = layout.token_box[1:, 0] - layout.token_box[:-1, 2]
        same = layout.row[word[1:]] == layout.row[word[:-1]]
        cut[1:count] = ~same | (space > _CELL_GAP * layout.height[word[1:]])
    run = np.cumsum(cut[:count]) if count else np.zeros(0, np.int64)
    sizes = np.bincount(run, minlength=1) if count else np.zeros(1, np.int64)
    quality = np.full(len(first), 0.55)
    for at, (a, b) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        page = layout.pages[layout.page[word[b]]]
        end = int(layout.token_end[b])
        tail = page.text[end : end + 2]
        colon = ":" in tail or tail.startswith(("#", ".:"))
        if legal_form().match(page.text, end + 1):
            quality[at] = _PART_OF_NAME
            continue
        quality[at] += 0.25 * bool(cut[a]) + 0.2 * (colon or bool(cut[b + 1]))
        if sizes[run[a]] > _PROSE_WORDS and not colon:
            quality[at] *= 0.6
    return quality
