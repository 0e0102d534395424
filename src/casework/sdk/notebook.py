"""How a worksheet and a cell show themselves in a notebook: HTML, light and dark, no script."""

from __future__ import annotations

from html import escape

from casework.sdk.views import CellReport, CellView, TableView

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
    "skipped": "↷",
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
</style>"""
_MOST_ROWS = 50


def mark_of(cell: CellView) -> str:
    """The sign of a cell: of its proof or absence, else of its state."""
    if cell.conflict:
        return MARKS["conflict"]
    return MARKS.get(cell.proof_word) or STATE_MARKS.get(cell.state, "○")


def table_html(view: TableView) -> str:
    """The table as HTML; the first rows of a long one."""
    head = "".join(f"<th>{escape(step.name)}</th>" for step in view.columns)
    rows = "".join(
        f"<tr><td>{escape(row.case.name)}</td>{''.join(map(_cell_html, row.cells))}</tr>"
        for row in view.rows[:_MOST_ROWS]
    )
    more = len(view.rows) - _MOST_ROWS
    tail = f"<small>and {more} more cases</small>" if more > 0 else ""
    return f'{_STYLE}<table class="casework"><tr><th>Case</th>{head}</tr>{rows}</table>{tail}'


def report_html(report: CellReport) -> str:
    """A cell with its quotes as HTML."""
    cell = report.cell
    quotes = "".join(
        f"<li>{escape(c.before)}<mark>{escape(c.quote)}</mark>{escape(c.after)}<br><small>"
        f"{escape(c.document_name)}, page {c.page} {escape(c.place)} · {c.grade}</small></li>"
        for c in report.citations
    )
    text = escape(cell.shown or cell.reason)
    return (
        f'{_STYLE}<div class="casework"><b>{escape(cell.case_name)} · {escape(cell.step_name)}</b>'
        f"<p>{mark_of(cell)} {text}</p><ul>{quotes}</ul></div>"
    )


def _cell_html(cell: CellView) -> str:
    look = ' class="look"' if cell.needs else ""
    text = escape(cell.shown or (cell.absence or cell.state).replace("_", " "))
    why = f"<br><small>{escape(cell.needs or cell.reason)}</small>" if not cell.shown else ""
    return f"<td{look} title={_quoted(cell.needs or cell.reason)}>{mark_of(cell)} {text}{why}</td>"


def _quoted(text: str) -> str:
    return f'"{escape(text, quote=True)}"'
