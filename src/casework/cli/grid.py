"""A worksheet drawn as a table that fits: widths chosen per column, as many tables as it takes.

Lays text out itself, because a cell has a hanging sign, a second line and at most a few lines;
what is cut ends with `…` and is whole in `casework show CASE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.cli.fold import fold, width_of
from casework.cli.signs import LOOK, QUIET, sign
from casework.cli.terminal import said
from casework.cli.words import first_line, look_line, second_line
from casework.types.nesting import placed_steps

if TYPE_CHECKING:
    from rich.text import Text

    from casework.sdk.views import CellView, RowView, TableView
    from casework.types.procedure import Step

NUMBERS = ("number", "percent", "money", "quantity")
GAP = 2
_SIGN = 2
"""Columns that a sign and the space after it take."""
_NARROWEST, _COMFORTABLE, _WIDEST = 12, 24, 46
_TORN = 4
"""Columns that folding at words wastes."""
_SHARE = 6
"""Of a terminal of this many columns of text, each reads well."""
_LOOKED_AT = 14
"""Columns that a reason to look needs to be understood."""
_CASE_WIDEST, _CASE_SHARE = 26, 5
_VALUE_LINES, _WHY_LINES, _HEAD_LINES = 3, 2, 3
_MOST_TABLES = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """The least width at which a column reads well, that at which nothing of its second lines is
    cut, and the most that it has use for."""

    least: int
    uncut: int
    most: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Which columns stand in which table, and how wide: (column, width) pairs a table."""

    case_width: int
    tables: tuple[tuple[tuple[int, int], ...], ...]


def names_of(view: TableView) -> dict[str, str]:
    """The names of the steps by id, and of columns of all rows by path (`lines.amount`)."""
    placed = placed_steps(view.columns)
    here = {
        one.path: ".".join([*(table.name for table in one.tables), one.step.name]) for one in placed
    }
    return {**view.names, **here}


def spread(view: TableView, width: int, names: dict[str, str] | None = None) -> Spread | None:
    """How the table fits into `width`; None when it would take too many tables to be read.
    `names` are those of all steps, where the table shows only some."""
    known = names or names_of(view)
    longest = max((width_of(row.case.name) for row in view.rows), default=0)
    most = min(_CASE_WIDEST, max(_NARROWEST, width // _CASE_SHARE))
    case_width = min(most, max(len("Case"), longest))
    room = width - case_width
    comfort = min(_COMFORTABLE, max(_NARROWEST, width // _SHARE))
    wishes = [_wish(view, place, comfort, known) for place in range(len(view.columns))]
    tables: list[list[int]] = []
    left = 0
    for place, wish in enumerate(wishes):
        needed = GAP + min(wish.least, room - GAP)
        if not tables or needed > left:
            tables.append([])
            left = room
        tables[-1].append(place)
        left -= needed
    if room < _NARROWEST + GAP or len(tables) > _MOST_TABLES:
        return None
    return Spread(case_width, tuple(_widened(table, wishes, room) for table in tables))


def table_lines(
    view: TableView, fit: Spread, names: dict[str, str] | None = None, *, corner: str = "Case"
) -> Iterator[Text]:
    """The lines of all tables, a blank line between them; `corner` heads the names of the rows."""
    known = names or names_of(view)
    for number, table in enumerate(fit.tables):
        if number:
            yield said("")
        yield from _head(view, fit.case_width, table, corner)
        for row in view.rows:
            yield from _row(row, view.columns, fit.case_width, table, known)


def _wish(view: TableView, place: int, comfort: int, names: dict[str, str]) -> Wish:
    """What a column wants."""
    step = view.columns[place]
    cells = [row.cells[place] for row in view.rows]
    firsts = [width_of(first_line(cell)) + _SIGN for cell in cells]
    natural = max([*firsts, width_of(step.name)], default=_NARROWEST)
    heading = max(width_of(word) for word in step.name.split())
    if step.type.name in NUMBERS and not step.type.many:
        least = max(min(natural, _COMFORTABLE), heading, _NARROWEST)
    else:
        typical = sorted(firsts)[len(firsts) * 3 // 4] if firsts else _NARROWEST
        least = max(min(typical, comfort), heading, _NARROWEST)
    whys = [
        width_of(_why(cell, names, len(row.case.documents))) + _SIGN
        for row, cell in zip(view.rows, cells, strict=True)
    ]
    uncut = max([least, *(-(-why // _WHY_LINES) + _TORN for why in whys)])
    if any(cell.needs for cell in cells):
        least = max(least, min(uncut, _LOOKED_AT))
    full = max([natural, least, *whys])
    most = max(uncut, min(full, _COMFORTABLE)) if _is_number(step) else full
    return Wish(least, min(_WIDEST, uncut), min(_WIDEST, max(natural, most)))


def _widened(
    table: Sequence[int], wishes: Sequence[Wish], room: int
) -> tuple[tuple[int, int], ...]:
    """Widths of one table; what is left goes first to what would be cut, then to what wraps."""
    widths = {place: min(wishes[place].least, room - GAP) for place in table}
    left = room - sum(width + GAP for width in widths.values())
    for targets in (
        {place: wishes[place].uncut for place in table},
        {place: wishes[place].most for place in table},
    ):
        while left > 0:
            wanting = [place for place in table if widths[place] < targets[place]]
            if not wanting:
                break
            neediest = max(wanting, key=lambda place: targets[place] / widths[place])
            widths[neediest] += 1
            left -= 1
    return tuple(widths.items())


def _head(
    view: TableView, case_width: int, table: Sequence[tuple[int, int]], corner: str
) -> Iterator[Text]:
    blocks = [[said(corner.ljust(case_width), "bold")]]
    for place, width in table:
        step = view.columns[place]
        right = _is_number(step)
        lines = fold(step.name, width, _HEAD_LINES)
        blocks.append([said(_aligned(line, width, right), "bold") for line in lines])
    widths = [case_width, *(width for _, width in table)]
    yield from _beside(blocks, widths, bottom=True)
    yield said("─" * (sum(widths) + GAP * (len(widths) - 1)), QUIET)


def _row(
    row: RowView,
    columns: Sequence[Step],
    case_width: int,
    table: Sequence[tuple[int, int]],
    names: dict[str, str],
) -> Iterator[Text]:
    documents = len(row.case.documents)
    blocks = [[said(line) for line in fold(row.case.name, case_width, _VALUE_LINES)]]
    for place, width in table:
        blocks.append(_cell(row.cells[place], columns[place], width, names, documents))
    yield from _beside(blocks, [case_width, *(width for _, width in table)])


def _cell(
    cell: CellView, step: Step, width: int, names: dict[str, str], documents: int
) -> list[Text]:
    """The lines of one cell: sign and value, then proof or reason, or why a person should look."""
    inner = max(1, width - _SIGN)
    right = _is_number(step) and bool(cell.shown)
    lines = []
    for number, line in enumerate(fold(first_line(cell), inner, _VALUE_LINES)):
        start = sign(cell).append(" ") if number == 0 else said("  ")
        style = "" if cell.shown else QUIET
        lines.append(start.append(_aligned(line, inner, right), style))
    start_mark, style = ("! ", LOOK) if cell.needs else ("  ", QUIET)
    whys = fold(_why(cell, names, documents), inner, _WHY_LINES)
    right = right and not cell.needs and len(whys) == 1
    for number, line in enumerate(whys):
        told = _aligned(line, inner, right)
        lines.append(said(start_mark if number == 0 else "  ", style).append(told, style))
    return lines


def _why(cell: CellView, names: dict[str, str], documents: int) -> str:
    """The second line: why a person should look, else the proof or the reason."""
    look = look_line(cell)
    return f"look: {look}" if look else second_line(cell, names, documents=documents, short=True)


def _beside(
    blocks: Sequence[Sequence[Text]], widths: Sequence[int], *, bottom: bool = False
) -> Iterator[Text]:
    """Blocks of lines side by side, each padded to its width."""
    height = max(len(block) for block in blocks)
    for number in range(height):
        whole = said("")
        for block, width in zip(blocks, widths, strict=True):
            at = number - (height - len(block)) if bottom else number
            line = block[at] if 0 <= at < len(block) else said("")
            whole.append_text(line)
            whole.append(" " * (width - line.cell_len + GAP))
        whole.rstrip()
        yield whole


def _aligned(line: str, width: int, right: bool) -> str:
    return " " * (width - width_of(line)) + line if right else line


def _is_number(step: Step) -> bool:
    return step.type.name in NUMBERS and not step.type.many
