"""E-books (EPUB): the chapters in the order in which they are read, each on pages of its own.

Places are those of web pages after the number of the chapter: `chapter 3, paragraph 5`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from casework.base.errors import DocumentError
from casework.documents.formats.decode import decode
from casework.documents.packed.package import Package
from casework.documents.readers.html import html_flow
from casework.documents.reading import Reading, Source
from casework.documents.typesetting.flow import Element, Grid, GridCell, NewPage, Text
from casework.documents.typesetting.typeset import typeset

if TYPE_CHECKING:
    from lxml.etree import _Element

READER = "epub"
VERSION = "1"
MEDIA_TYPE = "application/epub+zip"

_HARMLESS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways to scramble fonts, which say nothing about the text."""
_TEXTS = frozenset({"application/xhtml+xml", "text/html", "text/x-oeb1-document"})
_LONGEST_LABEL = 80
_FACTS = {"title": "title", "creator": "author", "language": "language", "date": "date"}
_NO_TEXT = "The e-book holds no text, at most pictures. Add a PDF of it instead."


def read(source: Source) -> Reading:
    """The pages of a book, chapter after chapter."""
    package = Package(source)
    if _is_locked(package):
        raise DocumentError(
            "The e-book is locked by its seller (DRM).",
            state="unsupported",
            fix="Ask for a copy without the lock, or for a PDF.",
        )
    container = package.xml("META-INF/container.xml")
    root_file = container.find(".//{*}rootfile") if container is not None else None
    main = unquote(root_file.get("full-path", "")) if root_file is not None else ""
    if not main:
        main = next((name for name in package.names if name.lower().endswith(".opf")), "")
    book = package.xml(main)
    if book is None:
        raise DocumentError(
            "The e-book is damaged: the list of its chapters is missing or unreadable.",
            fix="Get it anew, or as PDF.",
        )
    missing: list[str] = []
    made = typeset(_flow(book, main, package, missing), source)
    notes = [*package.notes(), *made.notes]
    if missing:
        notes.append(f"Chapters that are not in the file: {', '.join(missing[:5])}.")
    return Reading(
        MEDIA_TYPE,
        READER,
        VERSION,
        made.pages,
        reason="" if made.pages else _NO_TEXT,
        facts=_facts(book),
        notes=tuple(notes),
        tables=made.tables,
    )


def _is_locked(package: Package) -> bool:
    root = package.xml("META-INF/encryption.xml")
    if root is None:
        return package.read("META-INF/rights.xml") is not None
    methods = [each.get("Algorithm", "") for each in root.iter("{*}EncryptionMethod")]
    return any(not method.startswith(_HARMLESS) for method in methods)


def _flow(book: _Element, main: str, package: Package, missing: list[str]) -> Iterator[Element]:
    folder = posixpath.dirname(main)
    items = {each.get("id", ""): each for each in book.iter("{*}item")}
    titles = _titles(items, folder, package)
    number = 0
    for reference in book.iter("{*}itemref"):
        item = items.get(reference.get("idref", ""))
        if item is None or item.get("media-type") not in _TEXTS:
            continue
        name = _joined(folder, item.get("href", ""))
        data = package.read(name)
        if data is None:
            missing.append(name)
            continue
        number += 1
        decoded = decode(data)
        yield from _chapter(decoded[0] if decoded else "", number, titles.get(name, ""))


def _chapter(text: str, number: int, title: str) -> Iterator[Element]:
    flow = html_flow(text)
    shown = [each for each in flow if isinstance(each, (Text, Grid))]
    if not shown:
        return
    heading = next((each for each in shown if isinstance(each, Text)), None)
    label = title or (heading.text if heading and heading.kind == "heading" else "")
    yield NewPage(" ".join(label.split())[:_LONGEST_LABEL] or f"chapter {number}")
    place = f"chapter {number}"
    has_heading = any(isinstance(each, Text) and each.kind == "heading" for each in shown[:3])
    if title and not has_heading:
        yield Text(title, place, "heading", 1)
    for each in flow:
        if isinstance(each, Text):
            yield each._replace(place=f"{place}, {each.place}")
        elif isinstance(each, Grid):
            yield _placed(each, place)
        else:
            yield each


def _placed(grid: Grid, place: str) -> Grid:
    rows: list[list[GridCell]] = [
        [cell._replace(place=f"{place}, {cell.place}") for cell in row] for row in grid.rows
    ]
    insets = {
        row: tuple(_placed(each, place) if isinstance(each, Grid) else each for each in within)
        for row, within in grid.insets.items()
    }
    return replace(grid, rows=rows, insets=insets)


def _titles(items: dict[str, _Element], folder: str, package: Package) -> dict[str, str]:
    """The titles of chapters by their files, from the table of contents (EPUB 3, else EPUB 2)."""
    found: dict[str, str] = {}
    for item in items.values():
        kind, properties = item.get("media-type", ""), item.get("properties", "").split()
        if kind != "application/x-dtbncx+xml" and "nav" not in properties:
            continue
        name = _joined(folder, item.get("href", ""))
        root = package.xml(name)
        here = posixpath.dirname(name)
        for each in root.iter("{*}a", "{*}navPoint") if root is not None else ():
            if str(each.tag).endswith("}a"):
                address, text = each.get("href", ""), "".join(map(str, each.itertext()))
            else:
                content = each.find("{*}content")
                address = content.get("src", "") if content is not None else ""
                text = each.findtext("{*}navLabel/{*}text") or ""
            if address and text.strip():
                found.setdefault(_joined(here, address), " ".join(text.split()))
    return found


def _joined(folder: str, address: str) -> str:
    path = unquote(address.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)).lstrip("/")


def _facts(book: _Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in book.iter("{http://purl.org/dc/elements/1.1/}*"):
        key = _FACTS.get(str(each.tag).rpartition("}")[2])
        if key and each.text and each.text.strip():
            found.setdefault(key, each.text.strip()[:500])
    return found
