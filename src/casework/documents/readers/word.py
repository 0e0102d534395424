"""Word documents (docx, docm, dotx): paragraphs, lists, tables, notes, headers and footers.

Places are `paragraph 12`, `table 1, row 2, column 3`, `footnote 2`, `comment 1`, `header` and
`footer`, counted over the whole body. Tracked changes are read as if they were accepted; text
boxes, notes and comments stand after the paragraph that holds them. Macros are never run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from casework.base.errors import DocumentError
from casework.documents.packed.embedded import embedded, pictures
from casework.documents.packed.package import Package, Relation
from casework.documents.readers.word_body import Asides, Body
from casework.documents.readers.word_lists import Lists
from casework.documents.readers.word_styles import Styles, W, is_on
from casework.documents.readers.word_text import Counts
from casework.documents.reading import Member, Reading, Source
from casework.documents.typesetting.flow import Element, Text
from casework.documents.typesetting.typeset import typeset

if TYPE_CHECKING:
    from lxml.etree import _Element

READER = "word"
VERSION = "2"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_USUAL = "word/document.xml"
_MACROS = "The file holds macros. They were not run and are never run."
_NO_TEXT = (
    "The document holds no text, at most pictures. Save it as PDF, run OCR over it and add the "
    "result."
)


def read(source: Source) -> Reading:
    """The pages of a Word document, typeset by us."""
    package = Package(source)
    main = _main_part(package)
    document = package.xml(main)
    body = document.find(f"{W}body") if document is not None else None
    if body is None:
        raise DocumentError(
            "The Word document is damaged: its main part is missing or unreadable.",
            fix="Save it anew from Word or LibreOffice, or as PDF.",
        )
    relations = package.relations(main)
    walk = Body(
        Styles(_part(package, relations, "styles")),
        Lists(_part(package, relations, "numbering")),
        _asides(package, relations),
    )
    made = typeset(_flow(walk, body, package, relations), source)
    members = tuple(embedded(package, relations))
    if not made.pages:
        members += tuple(pictures(package, relations))
    return Reading(
        MEDIA_TYPE,
        READER,
        VERSION,
        made.pages,
        reason="" if made.pages else _NO_TEXT,
        facts=package.facts(),
        members=members,
        notes=(*_notes(package, walk.counts, members), *made.notes),
        tables=made.tables,
    )


def _main_part(package: Package) -> str:
    for relation in package.relations("").values():
        if relation.kind == "officeDocument" and not relation.external:
            return relation.target
    return _USUAL


def _part(package: Package, relations: dict[str, Relation], kind: str) -> _Element | None:
    """The part of this kind; found by its usual name where nothing refers to it."""
    for relation in relations.values():
        if relation.kind == kind and not relation.external:
            return package.xml(relation.target)
    return package.xml(f"word/{kind}.xml")


def _flow(
    walk: Body, body: _Element, package: Package, relations: dict[str, Relation]
) -> Iterator[Element]:
    yield from _edge(walk, body, package, relations, "header")
    yield from walk.flow(body)
    yield from walk.rest()
    yield from _edge(walk, body, package, relations, "footer")


def _edge(
    walk: Body,
    body: _Element,
    package: Package,
    relations: dict[str, Relation],
    kind: Literal["header", "footer"],
) -> Iterator[Text]:
    """The headers or footers of all sections, each text once; those that Word never shows, such as
    that of a first page which is like the others, are left out."""
    seen: set[str] = set()
    settings = _part(package, relations, "settings")
    even = settings is not None and _is_set(settings, "evenAndOddHeaders")
    names: list[str] = []
    for section in body.iter(f"{W}sectPr"):
        shown = {"default"} | ({"even"} if even else set())
        shown |= {"first"} if _is_set(section, "titlePg") else set()
        names += [
            each.get(f"{_R}id", "")
            for each in section.iter(f"{W}{kind}Reference")
            if each.get(f"{W}type", "default") in shown
        ]
    for name in dict.fromkeys(names):
        relation = relations.get(name)
        root = package.xml(relation.target) if relation and not relation.external else None
        for text in walk.texts(root) if root is not None else ():
            if text not in seen:
                yield Text(text, kind, kind, joined=bool(seen))
                seen.add(text)


def _is_set(parent: _Element, name: str) -> bool:
    found = parent.find(f"{W}{name}")
    return found is not None and is_on(found.get(f"{W}val"), "1")


def _asides(package: Package, relations: dict[str, Relation]) -> Asides:
    found: Asides = {}
    for kind in ("footnote", "endnote", "comment"):
        root = _part(package, relations, f"{kind}s")
        for each in root.iter(f"{W}{kind}") if root is not None else ():
            if each.get(f"{W}type") in (None, "normal"):
                who = each.get(f"{W}author") or "" if kind == "comment" else ""
                paragraphs = list(each.iter(f"{W}p"))
                found[kind, each.get(f"{W}id", "")] = (who, paragraphs)
    return found


def _notes(package: Package, counts: Counts, members: tuple[Member, ...]) -> tuple[str, ...]:
    notes = list(package.notes())
    if counts.inserted or counts.deleted:
        notes.append(
            f"The document holds tracked changes ({counts.inserted} inserted, {counts.deleted} "
            "deleted). It was read as if all of them were accepted."
        )
    if any(name.lower().endswith("vbaproject.bin") for name in package.names):
        notes.append(_MACROS)
    if counts.pictures and not members:
        number = "a picture" if counts.pictures == 1 else f"{counts.pictures} pictures"
        notes.append(f"The document holds {number}, whose content was not read.")
    return tuple(notes)
