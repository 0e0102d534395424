"""Marks lines that repeat at the top or bottom of pages as headers and footers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from casework.types.document import Block, BlockKind, Page

_BAND = 0.1  # of the page height in which headers and footers stand
_FEWEST_PAGES = 3
_SHARE = 0.4  # of the pages on which a line must be found
_DIGITS = re.compile(r"\d+")


def mark_repeats(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages with blocks of kind `header` and `footer` where lines repeat, numbers aside."""
    if len(pages) < _FEWEST_PAGES:
        return tuple(pages)
    edges = [_edge_lines(page) for page in pages]
    seen = Counter(key for found in edges for key in set(found.values()))
    wanted = max(_FEWEST_PAGES, _SHARE * len(pages))
    marked: list[Page] = []
    for page, found in zip(pages, edges, strict=True):
        kinds = {line: (key[0], 0) for line, key in found.items() if seen[key] >= wanted}
        marked.append(replace(page, blocks=reblocked(page, kinds)) if kinds else page)
    return tuple(marked)


def _edge_lines(page: Page) -> dict[int, tuple[BlockKind, str]]:
    """Lines at the edges of a page: index → where it stands and its text without numbers."""
    found: dict[int, tuple[BlockKind, str]] = {}
    top, bottom = _BAND * page.height_pt, (1 - _BAND) * page.height_pt
    for index, line in enumerate(page.lines):
        if line.box.y1 <= top or line.box.y0 >= bottom:
            kind: BlockKind = "header" if line.box.y1 <= top else "footer"
            found[index] = (kind, _DIGITS.sub("#", page.text[line.start : line.end]))
    return found


def reblocked(page: Page, kinds: Mapping[int, tuple[BlockKind, int]]) -> tuple[Block, ...]:
    """The blocks of a page, split so that these lines stand in blocks of this kind and level;
    neighbouring lines of one kind and level stay together."""
    blocks: list[Block] = []
    for block in page.blocks:
        start = block.first_line
        for index in range(block.first_line + 1, block.end_line + 1):
            if index == block.end_line or kinds.get(index) != kinds.get(start):
                kind, level = kinds.get(start, (block.kind, block.level))
                blocks.append(Block(kind, start, index, level))
                start = index
    return tuple(blocks)
