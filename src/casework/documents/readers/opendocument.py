"""OpenDocument texts and presentations (odt, ott, odp, and their flat XML forms fodt, fodp).

Places are `paragraph 12`, `table 1, row 2, column 3`, `footnote 2`, `comment 1`, `slide 3`. Text
that was deleted under tracking is left out; hidden text is left out and remarked on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from casework.base.errors import DocumentError
from casework.documents.packed.package import Package, parsed
from casework.documents.readers.odf_body import MOST_REPEATED, Body
from casework.documents.readers.odf_lists import Lists
from casework.documents.readers.odf_text import (
    DRAW,
    OFFICE,
    PRESENTATION,
    STYLE,
    SVG,
    TEXT,
    hidden_styles,
    lines_of,
    said,
)
from casework.documents.reading import Member, Reading, Source
from casework.documents.typesetting.flow import Element, NewPage, Text
from casework.documents.typesetting.typeset import typeset

if TYPE_CHECKING:
    from lxml.etree import _Element

READER = "opendocument"
VERSION = "2"
MEDIA_TYPE = "application/vnd.oasis.opendocument.text"

_LENGTH = re.compile(r"(-?[\d.]+)(cm|mm|in|pt|pc|px)?")
_POINTS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
_ROW_PT = 22.0
_DC = "{http://purl.org/dc/elements/1.1/}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_FACTS = {
    f"{_DC}title": "title",
    f"{_DC}creator": "author",
    f"{_META}initial-creator": "author",
    f"{_DC}subject": "subject",
}
_NO_TEXT = (
    "The document holds no text, at most pictures. Save it as PDF, run OCR over it and add the "
    "result."
)
_EDGES = frozenset({"header", "footer", "date-time", "page-number"})
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")


def read(source: Source) -> Reading:
    """The pages of a text, or slide after slide of a presentation."""
    package = Package(source) if source.data.startswith(b"PK") else None
    roots = _roots(source, package)
    body = roots[0].find(f"{OFFICE}body")
    if body is None or not len(body):
        raise DocumentError(
            "The document is damaged: its content is missing or unreadable.",
            fix="Save it anew from LibreOffice, or as PDF.",
        )
    objects = _Objects(package)
    hidden = frozenset[str]().union(*map(hidden_styles, roots))
    walk = Body(Lists(roots), hidden, objects.tables)
    content = body[0]
    notes: list[str] = []
    if content.tag in (f"{OFFICE}presentation", f"{OFFICE}drawing"):
        made = typeset(_slides(content, roots, walk, notes), source)
    else:
        made = typeset(_text(content, roots, walk), source)
    notes += _notes(content, package)
    if walk.shortened:
        notes.append(
            f"Rows or cells of tables that the file repeats more than {MOST_REPEATED} times were "
            "read so many times only."
        )
    members = _pictures(package) if not made.pages and package else ()
    if walk.pictures and not members:
        number = "a picture" if walk.pictures == 1 else f"{walk.pictures} pictures"
        notes.append(f"The document holds {number}, whose content was not read.")
    return Reading(
        _media_type(source, package, roots[0]),
        READER,
        VERSION,
        made.pages,
        reason="" if made.pages else _NO_TEXT,
        facts=_facts(roots),
        members=members,
        notes=(*notes, *made.notes),
        tables=made.tables,
    )


class _Objects:
    """Embedded objects of a package, whose tables are read."""

    def __init__(self, package: Package | None) -> None:
        self._package = package

    def tables(self, address: str) -> list[_Element]:
        """The content of an object that holds a chart or a sheet."""
        name = address.removeprefix("./").strip("/")
        if self._package is None or not name or ":" in name:
            return []
        root = self._package.xml(f"{name}/content.xml")
        return [root] if root is not None else []


def _roots(source: Source, package: Package | None) -> list[_Element]:
    """The content, then the styles and the properties, as far as they are there."""
    if package is None:
        root, _ = parsed(source.data)
        if root is None:
            raise DocumentError(
                "The document is damaged: it is no XML.", fix="Save it anew from LibreOffice."
            )
        return [root]
    package.refuse_locked("document")
    content = package.xml("content.xml")
    if content is None:
        raise DocumentError(
            "The document is damaged: its content is missing or unreadable.",
            fix="Save it anew from LibreOffice, or as PDF.",
        )
    others = (package.xml(name) for name in ("styles.xml", "meta.xml"))
    return [content, *(root for root in others if root is not None)]


def _text(content: _Element, roots: list[_Element], walk: Body) -> Iterator[Element]:
    yield from _edge(roots, "header")
    yield from walk.flow(content)
    yield from _edge(roots, "footer")


def _edge(roots: list[_Element], kind: Literal["header", "footer"]) -> Iterator[Text]:
    seen: set[str] = set()
    for root in roots:
        for master in root.iter(f"{STYLE}master-page"):
            for part in master.iter(f"{STYLE}{kind}", f"{STYLE}{kind}-first"):
                for line in lines_of(part):
                    if line not in seen:
                        yield Text(line, kind, kind, joined=bool(seen))
                        seen.add(line)


def _slides(
    content: _Element, roots: list[_Element], walk: Body, notes: list[str]
) -> Iterator[Element]:
    unseen = {
        style.get(f"{STYLE}name")
        for root in roots
        for style in root.iter(f"{STYLE}style")
        for properties in style.iter(f"{STYLE}drawing-page-properties")
        if properties.get(f"{PRESENTATION}visibility") == "hidden"
    }
    word = "slide" if content.tag == f"{OFFICE}presentation" else "page"
    hidden: list[str] = []
    for number, page in enumerate(content.iter(f"{DRAW}page"), 1):
        place = f"{word} {number}"
        if page.get(f"{DRAW}style-name") in unseen:
            hidden.append(str(number))
            yield NewPage(f"{place} (hidden)")
        else:
            yield NewPage(place)
        yield from _slide(page, place, walk)
    if hidden:
        notes.append(f"Hidden slides were read: {', '.join(hidden[:10])}.")


def _slide(page: _Element, place: str, walk: Body) -> Iterator[Element]:
    shapes = [each for each in page if str(each.tag).startswith(DRAW)]
    rows: list[list[_Element]] = []
    for shape in sorted(shapes, key=lambda each: _length(each.get(f"{SVG}y"))):
        top = _length(shape.get(f"{SVG}y"))
        if rows and top - _length(rows[-1][0].get(f"{SVG}y")) < _ROW_PT:
            rows[-1].append(shape)
        else:
            rows.append([shape])
    ordered = [s for row in rows for s in sorted(row, key=lambda e: _length(e.get(f"{SVG}x")))]
    for shape in sorted(ordered, key=lambda each: each.get(f"{PRESENTATION}class") != "title"):
        role = shape.get(f"{PRESENTATION}class", "")
        if role == "title":
            lines = " ".join(lines_of(shape))
            yield Text(lines, place, "heading", 1)
        elif role in _EDGES:
            continue
        elif shape.tag in (f"{DRAW}frame", f"{DRAW}custom-shape"):
            yield from walk.box(shape, place)
        else:
            yield from walk.flow(shape, place)
    notes = page.find(f"{PRESENTATION}notes")
    head = "[notes] "
    for paragraph in notes.iter(f"{TEXT}p") if notes is not None else ():
        text = said(paragraph).text.strip()
        if text:
            yield Text(f"{head}{text}", f"{place}, notes", joined=not head)
            head = ""


def _notes(content: _Element, package: Package | None) -> Iterator[str]:
    if package is not None:
        yield from package.notes()
        if any(name.startswith(("Basic/", "Scripts/")) for name in package.names):
            yield "The file holds macros. They were not run and are never run."
    changes = list(content.iter(f"{TEXT}changed-region"))
    if changes:
        deleted = sum(each.find(f"{TEXT}deletion") is not None for each in changes)
        yield (
            f"The document holds tracked changes ({len(changes) - deleted} inserted or formatted, "
            f"{deleted} deleted). It was read as if all of them were accepted."
        )


def _pictures(package: Package) -> tuple[Member, ...]:
    """The pictures of a document that holds nothing else."""
    names = [name for name in package.names if name.startswith("Pictures/")]
    found = ((name, package.read(name)) for name in names if name.lower().endswith(_PICTURES))
    return tuple(Member(name.rpartition("/")[2], data) for name, data in found if data)


def _facts(roots: list[_Element]) -> dict[str, str]:
    found: dict[str, str] = {}
    for root in roots:
        for meta in root.iter(f"{OFFICE}meta"):
            for each in meta:
                key = _FACTS.get(str(each.tag))
                if key and each.text and each.text.strip():
                    found.setdefault(key, each.text.strip()[:500])
    return found


def _media_type(source: Source, package: Package | None, root: _Element) -> str:
    if package is None:
        return root.get(f"{OFFICE}mimetype") or MEDIA_TYPE
    kind = (package.read("mimetype") or b"").decode("ascii", "replace").strip()
    return kind if kind.startswith("application/vnd.oasis.") and len(kind) < 100 else MEDIA_TYPE


def _length(text: str | None) -> float:
    """A length in points; 0 where it is not given."""
    found = _LENGTH.match(text or "")
    try:
        return float(found[1]) * _POINTS.get(found[2] or "pt", 1.0) if found else 0.0
    except ValueError:
        return 0.0
