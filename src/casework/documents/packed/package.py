"""The zip packages of Office, OpenDocument and e-books: their parts as bytes or XML.

XML is parsed without entities, without a DTD and without a network. A part that is missing is None,
one that is damaged is read as far as possible and said to be. Knows no format.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from casework.base.errors import DocumentError
from casework.documents.packed.unpack import open_zip, read_entry
from casework.documents.reading import Source

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST_PART: Final = 300 << 20
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)")
"""Namespaces of strict OOXML; the others have the same names with a year."""
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_FACTS = {"title": "title", "creator": "author", "subject": "subject"}
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*>", re.IGNORECASE)


class Relation(NamedTuple):
    """What a part refers to: the last word of its type, and the name of the other part or, when it
    is outside of the package, its address."""

    kind: str
    target: str
    external: bool


class Package:
    """An opened package. `damaged` collects the parts that could not be read completely."""

    def __init__(self, source: Source) -> None:
        self._archive = open_zip(source)
        self._names = {entry.filename.lower(): entry.filename for entry in self._archive.infolist()}
        self.damaged: list[str] = []

    @property
    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._names.values())

    def read(self, name: str) -> bytes | None:
        """The bytes of a part; None when it is missing or does not unpack."""
        found = self._names.get(name.lower().lstrip("/"))
        if found is None:
            return None
        try:
            return read_entry(self._archive, found, most=LARGEST_PART)
        except DocumentError as error:
            if error.state != "broken":
                raise
            self.damaged.append(found)
            return None

    def refuse_locked(self, what: str) -> None:
        """Raise `DocumentError`, state `password`, for an OpenDocument package under a password."""
        if b"encryption-data" in (self.read("META-INF/manifest.xml") or b""):
            raise DocumentError(
                f"The {what} is protected by a password.",
                state="password",
                fix="Save a copy without it and add that.",
            )

    def xml(self, name: str) -> _Element | None:
        """The root of a part; None when there is none or nothing of it can be read."""
        data = self.read(name)
        if data is None:
            return None
        root, whole = parsed(data)
        if not whole:
            self.damaged.append(name)
        return root

    def streamed(
        self, part: str, tags: Sequence[str], events: Sequence[str] = ("end",)
    ) -> Iterator[tuple[str, _Element]]:
        """The elements with these tags as they begin or end; what came before them in the same
        parent is dropped, so that a large part does not fill the memory."""
        from lxml import etree

        data = self.read(part)
        if data is None or b"<!ENTITY" in data.replace(b"\0", b""):
            self.damaged.append(part)
            return
        walk = etree.iterparse(
            BytesIO(_DOCTYPE.sub(b"", data, 1)),
            events=tuple(events),
            tag=list(tags),
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
            recover=True,
            remove_comments=True,
        )
        try:
            for event, element in walk:
                yield event, element
                if event == "end":
                    parent = element.getparent()
                    while parent is not None and (before := element.getprevious()) is not None:
                        parent.remove(before)
        except etree.XMLSyntaxError:  # nothing in it that could be recovered
            self.damaged.append(part)
            return
        if len(walk.error_log):
            self.damaged.append(part)

    def facts(self) -> dict[str, str]:
        """What the properties of an Office package say: title, author, subject."""
        root = self.xml("docProps/core.xml")
        found: dict[str, str] = {}
        for each in root if root is not None else ():
            key = _FACTS.get(str(each.tag).rpartition("}")[2])
            if key and each.text and each.text.strip():
                found[key] = each.text.strip()[:500]
        return found

    def relations(self, part: str) -> dict[str, Relation]:
        """What a part refers to, by the ids that it uses."""
        folder, name = posixpath.split(part)
        root = self.xml(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
        found: dict[str, Relation] = {}
        for each in root.iter(_RELATION) if root is not None else ():
            target, external = each.get("Target", ""), each.get("TargetMode") == "External"
            if not external:
                target = unquote(target)
                target = target if target.startswith("/") else posixpath.join(folder, target)
                target = posixpath.normpath(target).lstrip("/")
            kind = each.get("Type", "").rpartition("/")[2]
            found[each.get("Id", "")] = Relation(kind, target, external)
        return found

    def notes(self) -> tuple[str, ...]:
        """What to tell people of damaged parts."""
        if not self.damaged:
            return ()
        shown = ", ".join(dict.fromkeys(self.damaged[:5]))
        return (f"Parts of the file are damaged and were read as far as possible: {shown}.",)


def parsed(data: bytes) -> tuple[_Element | None, bool]:
    """The root of an XML document, and whether all of it could be read.

    Entities that a document defines itself are not put in; more than libxml2 thinks sane (deep
    nesting, very long texts) is only allowed to documents that define none.
    """
    from lxml import etree

    data = _DOCTYPE.sub(b"", _STRICT.sub(rb"http://schemas.openxmlformats.org/\1/2006/\2", data), 1)
    defines = b"<!ENTITY" in data.replace(b"\0", b"")
    for huge, recover in ((False, False), (True, False), (not defines, True)):
        if huge and defines:
            continue
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=huge,
            recover=recover,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError):
            continue
        if root is not None:
            return root, not recover
    return None, False
