"""Blocks → docx and xlsx, with fixed dates and plainly stored parts: the same bytes always."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

import docx
from docx.document import Document as WordFile
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Cm, Pt
from openpyxl import Workbook
from openpyxl.styles import Font

from tools.samples.markup import Block, Source, plain
from tools.samples.paper import MARK

WRITTEN = datetime(2024, 5, 2, 9, 0, 0)  # noqa: DTZ001 - both libraries want it without a zone
ZIP_TIME = (2024, 5, 2, 9, 0, 0)
FIGURE = re.compile(r"-?\d+(\.\d+)?$")
UNIX = 3  # as the zip format numbers systems; else the bytes tell where they were made
LEFT_OUT = ("docProps/thumbnail.jpeg", "word/stylesWithEffects.xml")
MENTION = re.compile(rb"<(?:Relationship|Override) [^>]*(?:thumbnail|stylesWithEffects)[^>]*/>")
KEPT_TABLE_STYLES = {"Normal Table", "Table Grid"}
FIRST_COLUMN_WIDTH = 46
OTHER_COLUMN_WIDTH = 16


def word(source: Source) -> bytes:
    """The document as docx bytes: headings, numbered clauses as text, tables, running lines."""
    document = docx.Document()
    _drop_table_styles(document)
    _running_lines(document, source.settings)
    document.styles["Normal"].font.name = source.settings.get("font", "Cambria")
    document.styles["Normal"].font.size = Pt(10.5)
    for block in source.blocks:
        _add(document, block)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "casework samples"
    properties.title = source.settings.get("title", "")
    properties.created = properties.modified = WRITTEN
    out = io.BytesIO()
    document.save(out)
    return repacked(out.getvalue())


def _drop_table_styles(document: WordFile) -> None:
    """Takes out the template's hundred table styles, nine tenths of the file."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in KEPT_TABLE_STYLES:
            style.delete()


def _running_lines(document: WordFile, settings: dict[str, str]) -> None:
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(2.4)
    section.header.paragraphs[0].text = settings.get("header", "").replace("//", "\t\t")
    footer = section.footer.paragraphs[0]
    run = footer.add_run(MARK)
    run.font.size = Pt(6.5)
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _add(document: WordFile, block: Block) -> None:
    text = "\n".join(block.lines)
    if block.kind == "table":
        table = document.add_table(rows=0, cols=max(len(row) for row in block.rows))
        table.style = "Table Grid"
        for row in block.rows:
            cells = table.add_row().cells
            for cell, value in zip(cells, row, strict=False):
                cell.text = plain(value)
        document.add_paragraph()
    elif block.kind == "title":
        document.add_heading(plain(text), level=0)
    elif block.kind == "heading":
        document.add_heading(plain(text), level=2)
    elif block.kind == "page":
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    elif block.kind != "rule":
        paragraph = document.add_paragraph()
        _runs(paragraph.add_run, f"{block.number}\t{text}" if block.number else text)
        if block.number:
            paragraph.paragraph_format.left_indent = Cm(1.1)
            paragraph.paragraph_format.first_line_indent = Cm(-1.1)


def _runs(add_run: object, text: str) -> None:
    for index, part in enumerate(text.split("**")):
        if part and callable(add_run):
            add_run(part).bold = bool(index % 2)


def sheet(source: Source) -> bytes:
    """The document as xlsx bytes: one sheet, a row a line, figures as numbers."""
    book = Workbook()
    page = book.active
    assert page is not None, "a new workbook has a sheet"
    page.title = source.settings.get("sheet", "Sheet1")
    for block in source.blocks:
        rows = block.rows or (("\n".join(block.lines),),)
        for index, row in enumerate(rows):
            page.append([float(cell) if FIGURE.match(cell) else plain(cell) for cell in row])
            if block.kind in {"title", "heading"} or (block.headed and index == 0):
                for made in page[page.max_row]:
                    made.font = Font(bold=True)
        page.append([])
    page.append([MARK])
    for letter in "ABCDE":
        page.column_dimensions[letter].width = OTHER_COLUMN_WIDTH
    page.column_dimensions["A"].width = FIRST_COLUMN_WIDTH
    for line in page.iter_rows():
        for written in line:
            if isinstance(written.value, float):
                written.number_format = "#,##0.00"
    book.properties.creator = "casework samples"
    book.properties.created = book.properties.modified = WRITTEN
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue())


def repacked(archive: bytes) -> bytes:
    """The zip with every part stored, in order of name, dated alike; pictures left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda part: (part != "[Content_Types].xml", part)):
            if name in LEFT_OUT:
                continue
            data = old.read(name)
            if name.endswith(".rels") or name == "[Content_Types].xml":
                data = MENTION.sub(b"", data)
            if name == "docProps/core.xml":
                data = _dated(data)
            part = zipfile.ZipInfo(name, ZIP_TIME)
            part.create_system = UNIX
            new.writestr(part, data)
    return out.getvalue()


def _dated(properties: bytes) -> bytes:
    stamp = WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, properties)
