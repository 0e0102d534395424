"""How a worksheet and a cell show themselves in a notebook: HTML, light and dark, no script.

Draws whatever has the words that it asks for; it does not know the views, which know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol


class Named(Protocol):
    """What has a name: a case, a step."""

    @property
    def name(self) -> str: ...


class Cell(Protocol):
    """What is drawn of a cell."""

    @property
    def case_name(self) -> str: ...
    @property
    def step_name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def shown(self) -> str: ...
    @property
    def absence(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def proof_word(self) -> str: ...
    @property
    def needs(self) -> str: ...
    @property
    def conflict(self) -> bool: ...
    @property
    def outdated(self) -> str: ...
    @property
    def flags(self) -> Sequence[str]: ...


class Quote(Protocol):
    """What is drawn of a citation."""

    @property
    def before(self) -> str: ...
    @property
    def quote(self) -> str: ...
    @property
    def after(self) -> str: ...
    @property
    def document_name(self) -> str: ...
    @property
    def page(self) -> int: ...
    @property
    def place(self) -> str: ...
    @property
    def grade(self) -> str: ...


class Row(Protocol):
    """What is drawn of a case."""

    @property
    def case(self) -> Named: ...
    @property
    def cells(self) -> Sequence[Cell]: ...


@dataclass(frozen=True, slots=True)
class Crop:
    """A picture of a place of a field, as PNG in base64; `where` says which place it is."""

    field: str
    where: str
    png: str


class Field(Protocol):
    """What is drawn of a field of a form."""

    @property
    def id(self) -> str: ...
    @property
    def cell(self) -> Cell: ...
    @property
    def shown(self) -> str: ...
    @property
    def blind(self) -> bool: ...


class Section(Protocol):
    """What is drawn of fields that belong together."""

    @property
    def title(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def every(self) -> Iterable[Field]: ...


MARKS = {
    "quoted": "●",
    "derived": "◆",
    "reasoned": "◐",
    "unproved": "◌",
    "person": "■",
    "not_found": "⌕",
    "stated_absent": "⊘",
    "unreadable": "≈",
    "not_applicable": "–",
    "conflict": "≠",
    "out_of_date": "↺",
    "skipped": "↷",
    "accepted": "◉",
    "audit": "◇",
}
"""One sign a proof or absence: shape first, so that nothing depends on colour."""

STATE_MARKS = {
    "waiting": "⧗",
    "failed": "▲",
    "set_aside": "⤓",
    "idle": "○",
    "queued": "…",
    "running": "◔",
}
_STYLE = """<style>
.casework{color-scheme:light dark;font:13px system-ui,sans-serif;border-collapse:collapse}
.casework th,.casework td{border-bottom:1px solid light-dark(#ddd,#444);padding:4px 10px;
text-align:left;vertical-align:top}
.casework .look{background:light-dark(#fff6dd,#4a3d12)}
.casework small{color:light-dark(#666,#aaa)}
.casework img{display:block;max-width:22em;max-height:7em;margin-top:4px;border:1px solid
light-dark(#ddd,#444);background:#fdfdfb}
.casework .amount{text-align:right;font-variant-numeric:tabular-nums}
</style>"""
MOST_ROWS = 50


def mark_of(cell: Cell) -> str:
    """The sign of a cell: of its proof or absence, else of its state."""
    if cell.conflict:
        return MARKS["conflict"]
    if cell.outdated:
        return MARKS["out_of_date"]
    for flag in ("audit", "accepted"):
        if flag in cell.flags:
            return MARKS[flag]
    return MARKS.get(cell.proof_word) or STATE_MARKS.get(cell.state, "○")


def table_html(columns: Sequence[Named], rows: Sequence[Row], total: int = 0) -> str:
    """A table as HTML: one column a step, one row a case; the first rows of a long one. `total` is
    how many rows there are, where `rows` are not all of them."""
    head = "".join(f"<th>{escape(step.name)}</th>" for step in columns)
    body = "".join(
        f"<tr><td>{escape(row.case.name)}</td>{''.join(map(_cell_html, row.cells))}</tr>"
        for row in rows[:MOST_ROWS]
    )
    more = max(total, len(rows)) - min(len(rows), MOST_ROWS)
    tail = f"<small>and {more} more cases</small>" if more > 0 else ""
    return f'{_STYLE}<table class="casework"><tr><th>Case</th>{head}</tr>{body}</table>{tail}'


def report_html(cell: Cell, quotes: Sequence[Quote] = ()) -> str:
    """A cell with its quotes as HTML: value, why a person should look, and the quotes in
    context."""
    text = escape(cell.shown or cell.absence.replace("_", " ") or cell.reason or cell.state)
    needs = f'<p class="look">{escape(cell.needs)}</p>' if cell.needs else ""
    listed = f"<ul>{''.join(map(_quote_html, quotes))}</ul>" if quotes else ""
    return (
        f'{_STYLE}<div class="casework"><b>{escape(cell.case_name)} · {escape(cell.step_name)}</b>'
        f"<p>{mark_of(cell)} {text}</p>{needs}{listed}</div>"
    )


def case_html(name: str, sections: Iterable[Section], crops: Sequence[Crop] = ()) -> str:
    """A case as a form: each value with its proof in a word, and the picture of its place where
    there is one."""
    drawn = {crop.field: crop for crop in crops}
    told = "".join(
        f"<tr><th colspan=3>{escape(section.title)}"
        f"{f', in {escape(section.unit)}' if section.unit else ''}</th></tr>"
        f"{''.join(_field_html(field, drawn.get(field.id)) for field in section.every)}"
        for section in sections
    )
    return f'{_STYLE}<table class="casework"><caption><b>{escape(name)}</b></caption>{told}</table>'


def waiting_html(shown: str, how: str) -> str:
    """What shows itself only after an `await`: its name, and the words to write."""
    return f"<code>{escape(shown)}</code> <small>to see it: <code>{escape(how)}</code></small>"


def _quote_html(quote: Quote) -> str:
    where = ", ".join(
        part
        for part in (
            quote.document_name,
            f"page {quote.page}" if quote.page else "",
            quote.place,
        )
        if part
    )
    return (
        f"<li>{escape(quote.before)}<mark>{escape(quote.quote)}</mark>{escape(quote.after)}<br>"
        f"<small>{escape(where)} · {escape(quote.grade)}</small></li>"
    )


def _cell_html(cell: Cell) -> str:
    look = ' class="look"' if cell.needs else ""
    text = escape(cell.shown or (cell.absence or cell.state).replace("_", " "))
    if "audit" in cell.flags:
        text = "not shown yet"
    told = f"out of date: {cell.outdated}" if cell.outdated else ""
    told = told or ("" if cell.shown else cell.needs or cell.reason)
    why = f"<br><small>{escape(told)}</small>" if told else ""
    return f"<td{look} title={_quoted(cell.needs or cell.reason)}>{mark_of(cell)} {text}{why}</td>"


def _quoted(text: str) -> str:
    return f'"{escape(text, quote=True)}"'


def _field_html(field: Field, crop: Crop | None) -> str:
    cell = field.cell
    look = ' class="look"' if cell.needs or field.blind else ""
    text = field.shown or (cell.absence or cell.state).replace("_", " ")
    text = "not shown yet" if field.blind else text
    told = cell.outdated or cell.needs or ("" if field.shown else cell.reason)
    why = f"<br><small>{escape(told)}</small>" if told and not field.blind else ""
    word = escape(cell.proof_word.replace("_", " "))
    place = ""
    if crop is not None:
        where = escape(crop.where, quote=True)
        picture = f'<img alt="{where}" src="data:image/png;base64,{escape(crop.png)}">'
        place = f"<br><small>{where}</small>{picture}"
    return (
        f"<tr><td>{escape(cell.step_name)}</td><td{look}>{mark_of(cell)} {escape(text)}{why}</td>"
        f"<td><small>{word}</small>{place}</td></tr>"
    )
