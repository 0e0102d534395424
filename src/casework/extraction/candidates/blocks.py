"""Candidates that run over lines: addresses and names of 1 to 7 lines, stacked in a column."""

from __future__ import annotations

from itertools import pairwise

from casework.extraction.candidates.table import Found
from casework.extraction.candidates.texts import trimmed
from casework.extraction.layout import Layout, gaps

MOST_LINES = 7
_CUT = 2.0
"""A gap this wide, in heights of the text, ends a line of a block."""
_LEADING = 1.6
"""Lines of a block lie at most this far apart, in heights of the text."""
_LONGEST = 420


def lines(layout: Layout) -> list[tuple[int, int]]:
    """Words (first, last) of each visual line, cut at wide gaps, in the order of the text."""
    before = gaps(layout)
    order = layout.order.tolist()
    found: list[tuple[int, int]] = []
    start = 0
    for at in range(1, len(order) + 1):
        if at == len(order) or before[at] > _CUT or order[at] != order[at - 1] + 1:
            found.append((order[start], order[at - 1]))
            start = at
    return sorted(found)


def blocks(layout: Layout, most_lines: int = MOST_LINES) -> list[Found]:
    """Every run of 1 to `most_lines` lines that follow each other in the text, one below another,
    and each such run that begins after a colon in its first line."""
    found: list[Found] = []
    all_lines = lines(layout)
    follows = [False] + [stacked(layout, upper, lower) for upper, lower in pairwise(all_lines)]
    pages = layout.page[[first for first, _ in all_lines]].tolist()
    starts = layout.start[[first for first, _ in all_lines]].tolist()
    ends = layout.end[[last for _, last in all_lines]].tolist()
    for at, (page, start) in enumerate(zip(pages, starts, strict=True)):
        text = layout.pages[page].text
        colon = text.find(":", start, ends[at])
        until = at
        while True:
            end = ends[until]
            if end - start > _LONGEST:
                break
            for begin in (start, colon + 1) if colon > 0 else (start,):
                a, b = trimmed(text, begin, end)
                if b - a > 2:
                    found.append(Found(page, a, b, " ".join(text[a:b].split())))
            until += 1
            if until - at >= most_lines or until >= len(all_lines) or not follows[until]:
                break
    return found


def stacked(layout: Layout, upper: tuple[int, int], lower: tuple[int, int]) -> bool:
    """Whether a line (`lines`) stands right below another one and follows it in the text."""
    if lower[0] != upper[1] + 1 or layout.page[lower[0]] != layout.page[upper[0]]:
        return False
    high, low = layout.box[upper[0]], layout.box[lower[0]]
    drop = float(low[1] - high[3])
    tall = float(layout.height[upper[0]])
    across = min(layout.box[upper[1], 2], layout.box[lower[1], 2]) - max(high[0], low[0])
    return -0.6 * tall < drop < _LEADING * tall and across > 0
