"""Text laid out in lines of a width, by the columns that its letters take on a terminal."""

from __future__ import annotations

from casework.cli.terminal import harmless

_JOINTS = "-_/.@"
"""After these a word that is too long for a line is broken first."""


def fold(text: str, width: int, most: int) -> list[str]:
    """The text in lines of `width` columns, at words where possible, at most `most` of them."""
    from rich.cells import cell_len, chop_cells

    lines: list[str] = []
    line = ""
    for word in filter(None, harmless(text).split(" ")):
        if cell_len(line) + bool(line) + cell_len(word) <= width:
            line = f"{line} {word}" if line else word
            continue
        if line:
            lines.append(line)
        *whole, line = _break(word, width) if cell_len(word) > width else [word]
        lines += whole
        if len(lines) > most:
            break
    if line:
        lines.append(line)
    if len(lines) <= most:
        return lines
    kept = lines[:most]
    kept[-1] = chop_cells(kept[-1], max(1, width - 1))[0].rstrip(" ,.;") + "…"
    return kept


def _break(word: str, width: int) -> list[str]:
    """A word too long for a line, broken after a joint (`-`, `_`, `/`, `.`) where there is one."""
    from rich.cells import chop_cells

    pieces: list[str] = []
    while len(rest := chop_cells(word, width)) > 1:
        piece = rest[0]
        joint = max(piece.rfind(mark) for mark in _JOINTS) + 1
        if joint > width // 3:
            piece = piece[:joint]
        pieces.append(piece)
        word = word[len(piece) :]
    return [*pieces, word]


def width_of(text: str) -> int:
    """The columns that a text takes."""
    from rich.cells import cell_len

    return cell_len(text)
