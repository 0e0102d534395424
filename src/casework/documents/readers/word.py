"""Word documents (docx) by python-docx: paragraphs, headings, tables, headers and footers.

Places are `paragraph 12` and `table 1, row 2, column 3`, counted over the whole body. What was
deleted under tracked changes is left out, what was inserted is read; text boxes are read after
the paragraph that holds them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from casework.base.errors import DocumentError
from casework.documents.reading import Reading, Source
from casework.documents.typeset import Grid, GridCell, Text, typeset
from casework.types.document import BlockKind

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_Element: TypeAlias = Any
"""An element of lxml, which python-docx hands out and which is its own affair."""

READER = "word"
VERSION = "1"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARAGRAPH, _TABLE, _ROW, _CELL = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc"
_TEXT_BOX = f"{_W}txbxContent"
_WRAPPERS = frozenset(
    f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag")
)
_SKIPPED = frozenset({_FALLBACK, f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr"})
_LETTERS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
}
_TYPES = "[Content_Types].xml"
_OTHER_TYPES = re.compile(
    r"application/(?:vnd\.ms-word\.(?:document|template)\.macroEnabled(?:Template)?"
    r"|vnd\.openxmlformats-officedocument\.wordprocessingml\.template)\.main\+xml"
)
"""Content types of documents with macros and of templates; the rest of them is a plain document."""
_MACROS = "vbaProject.bin"
_MACRO_NOTE = "The file holds macros. They were not run and are never run."
_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo)\s*([1-6])", re.IGNORECASE)
_WIDEST_SPAN = 200


def read(source: Source) -> Reading:
    """The pages of a Word document, typeset by us."""
    import docx

    try:
        data, notes = _plain(source.data)
        document = docx.Document(io.BytesIO(data))
    except Exception as error:  # damaged parts make the library raise anything
        raise DocumentError(
            "The Word document is damaged: a part of it is missing or unreadable.",
            fix="Save it anew from Word or LibreOffice, or as PDF.",
        ) from error
    headers, footers = _edges(document)
    flow = [*headers, *_Body(_style_levels(document)).flow(document.element.body), *footers]
    pages = typeset(flow, source)
    facts = _facts(document)
    if not pages:
        reason = (
            "The document holds no text, at most pictures. Save it as PDF, run OCR over it and "
            "add the result."
        )
        return Reading(
            MEDIA_TYPE, READER, VERSION, state="empty", reason=reason, facts=facts, notes=notes
        )
    return Reading(MEDIA_TYPE, READER, VERSION, pages, facts=facts, notes=notes)


def _plain(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The package as that of a plain document, and what to note of it.

    Documents with macros and templates differ from it by one content type, which the library
    refuses. Macros are never run: their part is left out.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read(_TYPES).decode("utf-8-sig")
        plain = _OTHER_TYPES.sub(MEDIA_TYPE + ".main+xml", types)
        if plain == types:
            return data, ()
        macros = any(name.endswith(_MACROS) for name in archive.namelist())
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
            for entry in archive.infolist():
                if entry.filename == _TYPES:
                    copy.writestr(_TYPES, plain)
                elif entry.filename.endswith(_MACROS):
                    copy.writestr(entry.filename, b"")
                else:
                    copy.writestr(entry.filename, archive.read(entry))
    return target.getvalue(), (_MACRO_NOTE,) if macros else ()


class _Body:
    """Walks the body in document order; counts paragraphs and tables."""

    def __init__(self, levels: dict[str, int]) -> None:
        self._levels = levels
        self._paragraphs = 0
        self._tables = 0

    def flow(self, parent: _Element) -> Iterator[Text | Grid]:
        for child in parent:
            if child.tag == _PARAGRAPH:
                yield from self._paragraph(child)
            elif child.tag == _TABLE:
                self._tables += 1
                yield self._table(child, self._tables)
            elif child.tag in _WRAPPERS:
                yield from self.flow(child)

    def _paragraph(self, element: _Element) -> Iterator[Text | Grid]:
        self._paragraphs += 1
        place = f"paragraph {self._paragraphs}"
        level = self._level(element)
        listed = element.find(f"{_W}pPr/{_W}numPr") is not None
        boxes: list[_Element] = []
        for index, line in enumerate(_text(element, boxes).split("\n")):
            kind: BlockKind = "heading" if level else "list" if listed else "paragraph"
            yield Text(line, place, kind, level, joined=index > 0)
        for box in boxes:
            yield from self.flow(box)

    def _level(self, element: _Element) -> int:
        style = element.find(f"{_W}pPr/{_W}pStyle")
        return self._levels.get(style.get(f"{_W}val", ""), 0) if style is not None else 0

    def _table(self, table: _Element, number: int) -> Grid:
        rows: list[list[GridCell]] = []
        for index, row in enumerate(_within(table, _ROW), 1):
            column = 0
            cells: list[GridCell] = []
            for cell in _within(row, _CELL):
                place = f"table {number}, row {index}, column {column + 1}"
                cells.append(GridCell(column, _cell_text(cell), place))
                column += _columns(cell)
            rows.append(cells)
        return Grid(rows)


def _within(parent: _Element, tag: str) -> Iterator[_Element]:
    """Children with this tag, also inside content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _within(child, tag)


def _columns(cell: _Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    value = span.get(f"{_W}val", "1") if span is not None else "1"
    return min(max(int(value), 1), _WIDEST_SPAN) if value.isdecimal() else 1


def _cell_text(cell: _Element) -> str:
    """The text of a cell; tables in it are read line by line."""
    parts: list[str] = []
    for element in cell.iter(_PARAGRAPH):
        boxes: list[_Element] = []
        parts.append(_text(element, boxes))
    return " ".join(parts)


def _text(element: _Element, boxes: list[_Element]) -> str:
    """The text of a paragraph as it reads now; text boxes in it are put into `boxes`."""
    parts: list[str] = []
    for child in element:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _LETTERS:
            parts.append(_LETTERS[child.tag])
        elif child.tag == _TEXT_BOX:
            boxes.append(child)
        elif child.tag not in _SKIPPED and len(child):
            parts.append(_text(child, boxes))
    return "".join(parts)


def _style_levels(document: WordDocument) -> dict[str, int]:
    """Style id → heading level, for the styles that are headings."""
    levels: dict[str, int] = {}
    for style in document.styles:
        found = _HEADING.match(style.name or "")
        if found:
            levels[style.style_id] = int(found[1])
        elif style.name == "Title":
            levels[style.style_id] = 1
    return levels


def _edges(document: WordDocument) -> tuple[list[Text], list[Text]]:
    """Headers and footers of all sections, each text once."""
    headers: dict[str, Text] = {}
    footers: dict[str, Text] = {}
    for section in document.sections:
        for part in (section.first_page_header, section.header):
            if not part.is_linked_to_previous:
                _collect(part._element, "header", headers)
        for foot in (section.first_page_footer, section.footer):
            if not foot.is_linked_to_previous:
                _collect(foot._element, "footer", footers)
    return list(headers.values()), list(footers.values())


def _collect(part: _Element, kind: Literal["header", "footer"], found: dict[str, Text]) -> None:
    for element in part.iter(_PARAGRAPH):
        text = " ".join(_text(element, []).split())
        if text and text not in found:
            found[text] = Text(text, kind, kind, joined=bool(found))


def _facts(document: WordDocument) -> dict[str, str]:
    properties = document.core_properties
    facts = {"title": properties.title, "author": properties.author, "subject": properties.subject}
    return {key: value.strip()[:500] for key, value in facts.items() if value and value.strip()}
