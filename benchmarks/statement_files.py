"""Statements of the benchmark as files: PDF by hand-placed words, Word, HTML, sheets, Markdown.

Places words as typesetting programs do: figures at the right edge of their column, headings as the
layout says, labels wrapped into their width. Knows no reader.
"""

from __future__ import annotations

import html
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal

from statements import Layout, Row, Statement

_PAGE_WIDTH, _PAGE_HEIGHT = 595.0, 842.0
_LEFT, _TOP = 56.0, 70.0
_PROSE = (
    "The following statement has been prepared in accordance with the accounting policies that",
    "set out in the notes. Figures may not add up because of rounding. Comparatives have been",
    "adjusted where the presentation of items was changed. The notes on the following pages are an",
    "integral part of this statement, and were approved by the board on the date of signature.",
)


def as_file(made: Statement) -> tuple[str, bytes]:
    """The name and the bytes of the file."""
    layout = made.layout
    stem = layout.name.replace(" ", "-").replace(",", "")
    writers = {"pdf": _pdf, "docx": _docx, "html": _html, "xlsx": _xlsx, "md": _markdown}
    return f"{stem}-{made.seed}.{layout.format}", writers[layout.format](made)


def figure(value: Decimal | None, row: Row, layout: Layout) -> str:
    """A figure as it is written."""
    if value is None:
        return str(layout.dash)
    places = 2 if row.kind == "per_share" else 1 if row.kind == "percent" else 0
    told: str = f"{abs(value):,.{places}f}"
    group, point = {"en": (",", "."), "de": (".", ","), "fr": (" ", ","), "ch": ("'", ".")}[
        layout.numbers
    ]
    told = told.replace(",", "\0").replace(".", point).replace("\0", group)
    if value < 0:
        signed: dict[str, str] = {
            "brackets": f"({told})", "minus": f"-{told}", "trailing": f"{told}-",
            "long": f"\u2212{told}",
        }  # fmt: skip
        told = signed[layout.negative]
    percent = " %" if layout.numbers in ("de", "fr") else "%"
    return f"{told}{percent}" if row.kind == "percent" else told


def _change(row: Row, layout: Layout) -> str:
    now, before = (*row.values, None, None)[:2]
    if not now or not before or row.kind not in ("item", "total"):
        return ""
    change = (now - before) / abs(before) * 100
    return figure(change.quantize(Decimal("0.1")), Row("", "percent"), layout)[:-2]


def grid(made: Statement) -> Iterator[list[str]]:
    """The rows of the statement as texts, headings first."""
    layout = made.layout
    note = [layout.note_column] if layout.note_column else []
    change = [layout.change_column] if layout.change_column else []
    if layout.spans:
        over = [text if at == 0 else "" for text, width in layout.spans for at in range(width)]
        yield ["", *("" for _ in note), *over, *("" for _ in change)]
    yield [layout.stub, *note, *layout.periods, *change]
    if layout.under:
        yield [
            "",
            *("" for _ in note),
            *(layout.under for _ in layout.periods),
            *("" for _ in change),
        ]
    for row in made.rows:
        values = [figure(value, row, layout) for value in row.values]
        values = values or ["" for _ in layout.periods]
        told = [_change(row, layout)] if change else []
        yield [row.label, *([row.note] if note else []), *values, *told]


# PDF


class _Canvas:
    """Pages under way, with a pen that knows its height."""

    def __init__(self, layout: Layout) -> None:
        from reportlab.pdfgen import canvas

        self.out = io.BytesIO()
        self.pdf = canvas.Canvas(self.out, pagesize=(_PAGE_WIDTH, _PAGE_HEIGHT), invariant=True)
        self.layout = layout
        self.number = 1
        self.y = _TOP
        self._open_page()

    def _open_page(self) -> None:
        layout = self.layout
        self.y = _TOP
        if layout.running:
            self.text(_LEFT, 34, layout.running, layout.size - 1)
        self.text(_PAGE_WIDTH / 2, _PAGE_HEIGHT - 30, str(self.number + 40), layout.size - 1)

    def next_page(self) -> None:
        self.pdf.showPage()
        self.number += 1
        self._open_page()

    def width(self, text: str, size: float) -> float:
        return float(self.pdf.stringWidth(text, self.layout.font, size))

    def text(self, x: float, y: float, text: str, size: float, align: str = "left") -> None:
        self.pdf.setFont(self.layout.font, size)
        if align == "right":
            x -= self.width(text, size)
        elif align == "centre":
            x -= self.width(text, size) / 2
        self.pdf.drawString(x, _PAGE_HEIGHT - y, text)

    def line(self, x0: float, x1: float, y: float) -> None:
        self.pdf.line(x0, _PAGE_HEIGHT - y, x1, _PAGE_HEIGHT - y)

    def bytes(self) -> bytes:
        self.pdf.save()
        return self.out.getvalue()


def _pdf(made: Statement) -> bytes:
    layout = made.layout
    page = _Canvas(layout)
    step = layout.size * layout.leading
    for number in range(layout.prose):
        page.text(_LEFT, page.y, _PROSE[number % len(_PROSE)], layout.size)
        page.y += step
    page.y += 2 * step
    for text, size in ((layout.title, layout.size + 2), (layout.caption, layout.size)):
        if text:
            page.text(_LEFT, page.y, text, size)
            page.y += size * 1.5
    page.y += step / 2
    if layout.sides:
        _sides(page, made)
    else:
        _table(page, made)
    page.y += 2 * step
    page.text(_LEFT, page.y, _PROSE[3], layout.size)
    return page.bytes()


def _edges(layout: Layout) -> tuple[float, list[float]]:
    """The right edge of the notes, and of each column of figures."""
    first = _LEFT + layout.label_width + (30 if layout.note_column else 0)
    count = len(layout.periods) + bool(layout.change_column)
    return first, [first + layout.column_width * (at + 1) for at in range(count)]


def _header(page: _Canvas, layout: Layout) -> None:
    note, edges = _edges(layout)
    step = layout.size * layout.leading
    at = 0
    for text, width in layout.spans:
        left = edges[at] - layout.column_width + 6
        page.text((left + edges[at + width - 1]) / 2, page.y, text, layout.size, "centre")
        at += width
    page.y += step if layout.spans else 0
    page.text(_LEFT, page.y, layout.stub, layout.size)
    if layout.note_column:
        page.text(note, page.y, layout.note_column, layout.size, "right")
    headings = [*layout.periods, *([layout.change_column] if layout.change_column else [])]
    rows = [_wrapped(page, text, layout.column_width - 6) for text in headings]
    for line in range(max(map(len, rows))):
        for texts, edge in zip(rows, edges, strict=True):
            if line < len(texts):
                _head(page, texts[line], edge, layout)
        page.y += step
    if layout.under:
        for edge in edges[: len(layout.periods)]:
            _head(page, layout.under, edge, layout)
        page.y += step
    if layout.rules:
        page.line(_LEFT, edges[-1], page.y - step * 0.7)
    page.y += step * 0.3


def _head(page: _Canvas, text: str, edge: float, layout: Layout) -> None:
    x = {
        "right": edge, "left": edge - layout.column_width + 8,
        "centre": edge - layout.column_width / 2 + 4,
    }[layout.header_align]  # fmt: skip
    page.text(x, page.y, text, layout.size, layout.header_align)


def _wrapped(page: _Canvas, text: str, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and page.width(f"{lines[-1]} {word}", page.layout.size) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _table(page: _Canvas, made: Statement) -> None:
    layout = made.layout
    _header(page, layout)
    for number, row in enumerate(made.rows):
        if layout.break_after and number == layout.break_after:
            if layout.carried:
                _carried(page, made.rows[number - 1], layout)
            page.next_page()
            if layout.repeat_header:
                _header(page, layout)
            if layout.carried:
                _carried(page, made.rows[number - 1], layout)
        _row(page, row, layout, first=number == 0)


def _carried(page: _Canvas, row: Row, layout: Layout) -> None:
    _, edges = _edges(layout)
    page.text(_LEFT, page.y, layout.carried, layout.size)
    for edge in edges[: len(layout.periods)]:
        told = figure(Decimal(len(row.label) * 977), Row("", "total"), layout)
        page.text(edge, page.y, told, layout.size, "right")
    page.y += layout.size * layout.leading


def _row(page: _Canvas, row: Row, layout: Layout, *, first: bool) -> None:
    note, edges = _edges(layout)
    step = layout.size * layout.leading
    if row.kind in ("section", "total") and row.kind == "section":
        page.y += step * 0.5
    indent = layout.indent if row.section and row.kind == "item" else 0.0
    lines = _wrapped(page, row.label, layout.label_width - indent - 8)
    for text in lines[:-1]:
        page.text(_LEFT + indent, page.y, text, layout.size)
        page.y += step
    page.text(_LEFT + indent, page.y, lines[-1], layout.size)
    if row.note and layout.note_column:
        page.text(note, page.y, row.note, layout.size, "right")
    if row.kind == "total" and layout.rules:
        page.line(edges[0] - layout.column_width + 8, edges[-1], page.y - layout.size)
    _figures(page, row, layout, edges, first=first)
    page.y += step


def _figures(
    page: _Canvas, row: Row, layout: Layout, edges: Sequence[float], *, first: bool
) -> None:
    for value, edge in zip(row.values, edges, strict=False):
        told = figure(value, row, layout)
        # A closing bracket hangs over the edge, so that the figures stand under each other.
        hang = page.width(")", layout.size) if told.endswith(")") else 0.0
        page.text(edge + hang, page.y, told, layout.size, "right")
        if layout.mark and (first or row.kind == "total"):
            page.text(edge - layout.column_width + 12, page.y, layout.mark, layout.size)
    if layout.change_column and row.values:
        page.text(edges[-1], page.y, _change(row, layout), layout.size, "right")


def _sides(page: _Canvas, made: Statement) -> None:
    """Assets left and liabilities right, as an account."""
    layout = made.layout
    step = layout.size * layout.leading
    cut = next(at for at, row in enumerate(made.rows) if row.kind == "total") + 1
    halves = (made.rows[:cut], made.rows[cut:])
    width = layout.label_width + 2 * layout.column_width + 14
    for side, name in enumerate(("Aktiva", "Passiva")):
        page.text(_LEFT - 16 + side * width, page.y, name, layout.size)
        for at, period in enumerate(layout.periods):
            edge = _LEFT - 16 + side * width + layout.label_width + (at + 1) * layout.column_width
            page.text(edge, page.y, period, layout.size, "right")
    page.y += step * 1.3
    for number in range(max(map(len, halves))):
        for side, rows in enumerate(halves):
            if number < len(rows):
                row, left = rows[number], _LEFT - 16 + side * width
                page.text(left, page.y, row.label, layout.size)
                for at, value in enumerate(row.values):
                    edge = left + layout.label_width + (at + 1) * layout.column_width
                    page.text(edge, page.y, figure(value, row, layout), layout.size, "right")
        page.y += step


# other formats


def _docx(made: Statement) -> bytes:
    import docx

    document = docx.Document()
    document.add_heading(made.layout.title, 1)
    if made.layout.caption:
        document.add_paragraph(made.layout.caption)
    rows = list(grid(made))
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for line, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _html(made: Statement) -> bytes:
    layout = made.layout
    parts = [f"<h1>{html.escape(layout.title)}</h1>", f"<p>{html.escape(layout.caption)}</p>"]
    parts.append("<table>")
    rows = list(grid(made))
    heads = 1 + bool(layout.spans) + bool(layout.under)
    if layout.spans:
        cells = "".join(
            f'<th colspan="{width}">{html.escape(text)}</th>' for text, width in layout.spans
        )
        parts.append(f"<tr><th></th>{'<th></th>' if layout.note_column else ''}{cells}</tr>")
        rows, heads = rows[1:], heads - 1
    for number, texts in enumerate(rows):
        tag = "th" if number < heads else "td"
        cells = "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts)
        parts.append(f"<tr>{cells}</tr>")
    parts.append("</table>")
    return "\n".join(parts).encode()


def _xlsx(made: Statement) -> bytes:
    import xlsxwriter

    layout = made.layout
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Statement")
    sheet.write(0, 0, layout.title)
    sheet.write(1, 0, layout.caption)
    heads = 1 + bool(layout.spans) + bool(layout.under)
    for number, texts in enumerate(grid(made)):
        row = made.rows[number - heads] if number >= heads else None
        for column, text in enumerate(texts):
            at = column - 1 - bool(layout.note_column)
            value = row.values[at] if row and 0 <= at < len(row.values) else None
            if value is not None and row is not None:
                percent = row.kind == "percent"
                style = book.add_format({"num_format": "0.0%" if percent else "#,##0.00"})
                sheet.write_number(
                    number + 3, column, float(value) / (100 if percent else 1), style
                )
            elif text:
                sheet.write_string(number + 3, column, text)
    book.close()
    return out.getvalue()


def _markdown(made: Statement) -> bytes:
    rows = list(grid(made))
    lines = [f"# {made.layout.title}", "", made.layout.caption, ""]
    for number, texts in enumerate(rows):
        lines.append("| " + " | ".join(texts) + " |")
        if number == 0:
            lines.append("|" + "---|" * len(texts))
    return "\n".join(lines).encode()
