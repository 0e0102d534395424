"""Text that a page has in several stretches: the lines of a cell that stand between those of the
cells beside it. Knows pages and tables, not quotes.

On a page whose rows are read straight across, `Cleaning of the | 3 | 100.00` stands above `offices
in May`. Pieces of neighbouring lines that are set one below the other are read on as one text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from casework.documents.places.folding import fold
from casework.types.document import Page, Word
from casework.types.table import TableCell

_PIECE_GAP = 0.9
"""Of the height of a word: a wider gap parts two pieces of a line."""
_ALIGNED = 0.6
"""Of the height: by so much edges or centres of pieces may differ that stand in one column."""
_LINE_GAP = 1.1
"""Of the height: a wider gap between two lines parts them."""
_LONGEST_RUN = 60


class Run:
    """A text in stretches of a page, folded. `parts` leads back to them."""

    __slots__ = ("_origin", "_places", "text")

    def __init__(self, page_text: str, stretches: Sequence[tuple[int, int]]) -> None:
        self._places: list[int] = []
        pieces: list[str] = []
        for start, end in stretches:
            pieces.append(page_text[start:end])
            self._places += range(start, end)
            self._places.append(end - 1)
        folded = fold("\n".join(pieces))
        self.text = folded.text
        self._origin = folded.origin

    def parts(self, start: int, end: int) -> list[tuple[int, int]]:
        """A span of the folded text as stretches of the page, in reading order."""
        found: list[tuple[int, int]] = []
        for at in self._origin[start:end]:
            place = self._places[at]
            if found and found[-1][1] <= place <= found[-1][1] + 2:
                found[-1] = (found[-1][0], place + 1)
            elif not found or place >= found[-1][1] or place < found[-1][0]:
                found.append((place, place + 1))
        return found


class _Piece(NamedTuple):
    x0: float
    y0: float
    x1: float
    y1: float
    start: int
    end: int


def runs_of(page: Page, cells: Iterable[TableCell] = ()) -> list[Run]:
    """The texts of a page that stand in several stretches: cells of several lines that a format
    states, then what is set one below the other beside something else."""
    found: list[Run] = []
    for cell in cells:
        if cell.page == page.number and len(cell.words) > 1:
            words = page.words
            spans = [(words[first].start, words[end - 1].end) for first, end in cell.words]
            found.append(Run(page.text, spans))
    chains = (chain for chain in _chains(list(_lines(page))) if len(chain) > 1)
    found += [Run(page.text, [(piece.start, piece.end) for piece in chain]) for chain in chains]
    return found


def _lines(page: Page) -> Iterator[list[_Piece]]:
    """The pieces of each line, from left to right."""
    for _, group in groupby(page.words, key=lambda word: word.line):
        yield list(_pieces(list(group)))


def _pieces(words: Sequence[Word]) -> Iterator[_Piece]:
    first = 0
    for at in range(1, len(words) + 1):
        if at < len(words):
            box, before = words[at].box, words[at - 1].box
            if box.x0 - before.x1 <= _PIECE_GAP * (before.y1 - before.y0):
                continue
        run = words[first:at]
        yield _Piece(
            min(w.box.x0 for w in run),
            min(w.box.y0 for w in run),
            max(w.box.x1 for w in run),
            max(w.box.y1 for w in run),
            run[0].start,
            run[-1].end,
        )
        first = at


def _chains(lines: Sequence[Sequence[_Piece]]) -> list[list[_Piece]]:
    """Pieces that are set one below the other, where a line beside them has other pieces."""
    chains: list[list[_Piece]] = []
    open_: list[list[_Piece]] = []
    for line in lines:
        going: list[list[_Piece]] = []
        for piece in line:
            chain = next((c for c in open_ if _follows(c[-1], piece)), None)
            if chain is None or len(chain) >= _LONGEST_RUN:
                chain = []
                chains.append(chain)
            else:
                open_.remove(chain)
            chain.append(piece)
            going.append(chain)
        tall = max((p.y1 for p in line), default=0.0)
        going += [chain for chain in open_ if _reaches(chain[-1], tall)]
        open_ = going
    return chains


def _follows(above: _Piece, piece: _Piece) -> bool:
    height = min(above.y1 - above.y0, piece.y1 - piece.y0) or 1.0
    gap = piece.y0 - above.y1
    if not -0.5 * height <= gap <= _LINE_GAP * height:
        return False
    left, right = abs(above.x0 - piece.x0), abs(above.x1 - piece.x1)
    middle = abs(above.x0 + above.x1 - piece.x0 - piece.x1) / 2
    return min(left, right, middle) <= _ALIGNED * height


def _reaches(last: _Piece, bottom: float) -> bool:
    """Whether a chain may still go on below this height."""
    return bottom - last.y1 <= (1 + _LINE_GAP) * (last.y1 - last.y0)
