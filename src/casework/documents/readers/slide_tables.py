"""Tables of slides, the data behind charts, and the texts of diagrams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from casework.documents.packed.package import Package, Relation
from casework.documents.readers.xlsx_styles import plain
from casework.documents.sheets.number_format import is_date, shown_date, shown_number
from casework.documents.typesetting.flow import Grid, GridCell
from casework.documents.typesetting.grid_heads import heads

if TYPE_CHECKING:
    from lxml.etree import _Element

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TRUE = frozenset({"1", "true"})
_MOST_POINTS = 10_000
_MOST_SERIES = 250


def table_grid(table: _Element, place: str) -> Grid:
    """A table of a slide; its first row and column are headings where it says so."""
    rows: list[list[GridCell]] = []
    for index, row in enumerate(table.iter(f"{_A}tr")):
        cells: list[GridCell] = []
        for column, cell in enumerate(row.findall(f"{_A}tc")):
            if cell.get("hMerge") in _TRUE or cell.get("vMerge") in _TRUE:
                continue
            lines = [
                "".join(each.text or "" for each in paragraph.iter(f"{_A}t"))
                for paragraph in cell.iter(f"{_A}p")
            ]
            name = f"{place}, row {index + 1}, column {column + 1}"
            down, across = _span(cell.get("rowSpan")), _span(cell.get("gridSpan"))
            cells.append(GridCell(column, "\n".join(lines).strip(), name, down, across))
        rows.append(cells)
    properties = table.find(f"{_A}tblPr")
    head = properties is not None and properties.get("firstRow") in _TRUE
    side = properties is not None and properties.get("firstCol") in _TRUE
    if not head:
        found = heads([[(each.column, each.text) for each in row] for row in rows])
        return Grid(rows, header_rows=found.rows, header_columns=max(found.columns, int(side)))
    return Grid(rows, header_rows=1, header_columns=int(side))


def chart_grid(root: _Element, place: str) -> Grid | None:
    """The data of a chart: a row for each category, a column for each series. None without any."""
    title = root.find(f"{_C}chart/{_C}title")
    heading = _all_text(title) if title is not None else ""
    columns: list[tuple[str, dict[int, str]]] = []
    categories: dict[int, str] = {}
    for series in list(root.iter(f"{_C}ser"))[:_MOST_SERIES]:
        name = series.find(f"{_C}tx")
        labels = _points(series, "cat") or _points(series, "xVal")
        categories = {**labels, **categories}
        values = _points(series, "val") or _points(series, "yVal")
        sizes = _points(series, "bubbleSize")
        text = " ".join(_points_of(name).values()) if name is not None else ""
        columns.append((text or f"Series {len(columns) + 1}", values))
        if sizes:
            columns.append((f"{text} (size)", sizes))
    indexes = sorted({*categories, *(at for _, values in columns for at in values)})
    if not columns or not indexes:
        return None
    rows = [[GridCell(at, name, f"{place}, row 1") for at, (name, _) in enumerate(columns, 1)]]
    for number, at in enumerate(indexes, 2):
        row = [GridCell(0, categories.get(at, ""), f"{place}, row {number}")]
        row += [
            GridCell(column, values[at], f"{place}, row {number}")
            for column, (_, values) in enumerate(columns, 1)
            if at in values
        ]
        rows.append(row)
    return Grid(rows, header_rows=1, header_columns=1, title=heading)


def diagram_lines(
    element: _Element, relations: dict[str, Relation], package: Package
) -> Iterator[str]:
    """The texts of a diagram (SmartArt), in the order of its data."""
    relation = relations.get(element.get(f"{_R}dm", ""))
    root = package.xml(relation.target) if relation and not relation.external else None
    for point in root.iter(f"{_D}pt") if root is not None else ():
        text = point.find(f"{_D}t")
        shown = _all_text(text) if text is not None else ""
        if shown and point.get("type", "node") not in ("pres", "parTrans", "sibTrans"):
            yield shown


def _points(series: _Element, name: str) -> dict[int, str]:
    found = series.find(f"{_C}{name}")
    return _points_of(found) if found is not None else {}


def _points_of(parent: _Element) -> dict[int, str]:
    """The values that a chart keeps of the cells it shows, by index, as they are shown."""
    levels = list(parent.iter(f"{_C}lvl"))
    found: dict[int, str] = {}
    code = next((each.text or "" for each in parent.iter(f"{_C}formatCode")), "")
    for point in (levels[0] if levels else parent).iter(f"{_C}pt"):
        at, value = point.get("idx", ""), point.findtext(f"{_C}v") or ""
        if at.isdecimal() and len(at) < 8 and len(found) < _MOST_POINTS:
            numeric = point.getparent()
            is_number = numeric is not None and str(numeric.tag).endswith("}numCache")
            found[int(at)] = _number(value, code) if is_number else value
    if not found and parent.findtext(f"{_C}v"):
        found[0] = parent.findtext(f"{_C}v") or ""
    return found


def _number(value: str, code: str) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    if code and is_date(code):
        return shown_date(number, code) or plain(value)
    return (shown_number(number, code) if code else None) or plain(value)


def _span(text: str | None) -> int:
    return min(max(int(text), 1), 200) if text and text.isdecimal() and len(text) < 5 else 1


def _all_text(element: _Element) -> str:
    return " ".join("".join(each.text or "" for each in element.iter(f"{_A}t")).split())
