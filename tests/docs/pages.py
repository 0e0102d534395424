"""The pages of the documentation, as text and as the pieces that tests look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?P<word>[\w-]*)[^\n]*$", re.MULTILINE)
_LINK = re.compile(r"(?<!\\)\[[^\]\n]*\]\((?P<target>[^()\s]+)\)")
_HEADING = re.compile(r"^#{1,6}\s+(?P<words>.+?)\s*#*$", re.MULTILINE)
_CODE_SPAN = re.compile(r"(`+).*?\1", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fenced:
    """A fenced block: its language, its text, and the line that its text begins on (from 1);
    `closed` when a fence ends it."""

    language: str
    text: str
    line: int
    closed: bool


def page(name: str) -> str:
    """The text of a page of docs/."""
    return (DOCS / name).read_text("utf-8")


def pages() -> list[Path]:
    """README.md and every page of docs/, decisions included."""
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def fenced(text: str) -> Iterator[Fenced]:
    """The fenced blocks of a page, in order."""
    at = 0
    while (opened := _FENCE.search(text, at)) is not None:
        start = opened.end() + 1
        closed = re.compile(rf"^{opened['fence']}\s*$", re.MULTILINE).search(text, start)
        end = closed.start() if closed else len(text)
        line = text.count("\n", 0, start) + 1
        yield Fenced(opened["word"], text[start:end], line, closed is not None)
        at = closed.end() if closed else len(text)


def prose(text: str) -> str:
    """A page without its fenced blocks and code spans."""
    for block in reversed(list(fenced(text))):
        text = text.replace(block.text, "", 1)
    return _CODE_SPAN.sub("", text)


def links(text: str) -> list[str]:
    """The targets of the links of a page."""
    return [found["target"] for found in _LINK.finditer(prose(text))]


def anchors(text: str) -> set[str]:
    """The anchors that the headings of a page give, as GitHub makes them."""
    bare = text
    for block in fenced(text):
        bare = bare.replace(block.text, "", 1)
    found: set[str] = set()
    for heading in _HEADING.finditer(bare):
        words = re.sub(r"[^\w\- ]", "", heading["words"].lower()).strip().replace(" ", "-")
        number = 0
        while (anchor := f"{words}-{number}" if number else words) in found:
            number += 1
        found.add(anchor)
    return found


def rows(text: str) -> list[tuple[str, ...]]:
    """The rows of all tables of a page, each as its cells without white space around them."""
    bars = (line.strip() for line in text.splitlines() if line.strip().startswith("|"))
    cut = (re.split(r"(?<!\\)\|", line.strip("|")) for line in bars)
    return [tuple(cell.strip().replace("\\|", "|") for cell in cells) for cells in cut]
