"""XML → a small tree with local names, by expat. Entities are neither fetched nor expanded.

Names stand without their prefixes; the namespace of the root tells what kind of XML it is. A file
that breaks off is read up to there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from casework.documents.reading import Source, too_large

DEEPEST: Final = 200
_MOST_NODES: Final = 1_000_000
_SEPARATOR: Final = "\x1f"
_KNOWN: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


@dataclass(slots=True)
class Element:
    """An element: its name, its attributes, its texts and elements in order, and its path."""

    name: str
    attributes: list[tuple[str, str]]
    path: str = ""
    content: list[str | Element] = field(default_factory=list)

    @property
    def elements(self) -> list[Element]:
        """The elements in it."""
        return [each for each in self.content if isinstance(each, Element)]

    @property
    def text(self) -> str:
        """Its own text, without that of the elements in it, at the begin and end trimmed. What an
        element parts stays parted by a blank."""
        return "".join(each if isinstance(each, str) else " " for each in self.content).strip()

    def all_text(self, between: str = "") -> str:
        """All its text, of the elements in it too, with single blanks; `between` stands where an
        element begins and ends. The attributes of elements in it stand in brackets before them."""
        parts: list[str] = []
        stack: list[str | Element] = [self]
        while stack:
            top = stack.pop()
            if isinstance(top, str):
                parts.append(top)
                continue
            if top is not self and top.attributes:
                parts.append(
                    f" ({', '.join(f'{name} {value}' for name, value in top.attributes)}) "
                )
            stack.extend((between, *reversed(top.content), between))
        return " ".join("".join(parts).split())

    def walk(self) -> Iterator[Element]:
        """Itself and all in it, in the order of the file."""
        stack = [self]
        while stack:
            top = stack.pop()
            yield top
            stack.extend(reversed(top.elements))


@dataclass(slots=True)
class Tree:
    """The root, its namespace, and remarks. `broken` says where the file breaks ('' when whole)."""

    root: Element | None = None
    namespace: str = ""
    notes: list[str] = field(default_factory=list)
    broken: str = ""


def parse_xml(source: Source) -> Tree:
    """The tree of this file. Raises `DocumentError` when it has too many elements."""
    tree = _Builder(source).build(source.data, None)
    if tree.root is None or (tree.broken and "encoding" in tree.broken):
        again = _Builder(source).build(source.text.encode("utf-8", "replace"), "utf-8")
        tree = again if again.root is not None else tree
    if tree.root is not None:
        _name_paths(tree.root)
    return tree


class _Builder:
    """What expat tells becomes a tree."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._tree = Tree()
        self._open: list[Element] = []
        self._nodes = 0
        self._entities = 0

    def build(self, data: bytes, encoding: str | None) -> Tree:
        parser = expat.ParserCreate(encoding, _SEPARATOR)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._entity
        parser.DefaultHandler = self._unknown  # this also keeps entities from being expanded
        try:
            parser.Parse(data, True)
        except expat.ExpatError as error:
            self._tree.broken = (
                f"line {error.lineno}, column {error.offset + 1}: {expat.ErrorString(error.code)}"
            )
        except (LookupError, ValueError) as error:  # expat asks Python for rare encodings
            self._tree.broken = f"its encoding is not known here: {error}"
        if self._entities:
            self._tree.notes.append(
                f"It declares entities ({self._entities}); they are shown by their names and not"
                " expanded."
            )
        return self._tree

    def _start(self, name: str, attributes: list[str]) -> None:
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise too_large(f"The file has more than {_MOST_NODES:,} elements.")
        if not self._nodes % 10_000:
            self._source.check_time()
        namespace, _, local = name.rpartition(_SEPARATOR)
        pairs = [
            (key.rpartition(_SEPARATOR)[2], value)
            for key, value in zip(attributes[::2], attributes[1::2], strict=True)
            if not key.endswith(("schemaLocation", "noNamespaceSchemaLocation"))
        ]
        element = Element(local, pairs)
        if self._tree.root is None:
            self._tree.root, self._tree.namespace = element, namespace
        elif self._open and len(self._open) <= DEEPEST:
            self._open[-1].content.append(element)
        self._open.append(element if len(self._open) <= DEEPEST else self._open[-1])

    def _end(self, _: str) -> None:
        if self._open:
            self._open.pop()

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1].content.append(text)

    def _entity(self, *_: object) -> None:
        self._entities += 1

    def _unknown(self, text: str) -> None:
        if self._open and text.startswith("&") and text.endswith(";"):
            self._open[-1].content.append(_KNOWN.get(text[1:-1], text))


def _name_paths(root: Element) -> None:
    """Give every element its path; one of several of a name bears its number, from 1."""
    root.path = f"/{root.name}"
    for element in root.walk():
        counts: dict[str, int] = {}
        for each in element.elements:
            counts[each.name] = counts.get(each.name, 0) + 1
        seen: dict[str, int] = {}
        for each in element.elements:
            seen[each.name] = seen.get(each.name, 0) + 1
            number = f"[{seen[each.name]}]" if counts[each.name] > 1 else ""
            each.path = f"{element.path}/{each.name}{number}"
