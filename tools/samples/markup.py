"""Reads the source text of a sample document: settings, then blocks.

The markup, block by block (a blank line ends a block, ` /` at a line's end breaks the line):
`@ key: value` setting · `= title` · `== subtitle` · `# heading` · `> small print` ·
`| cell | cell` table row, `|! cell | cell` its head · `---` rule · `===` new page ·
`1.1 text`, `(a) text`, `§ 3 text` clause with a hanging number · anything else a paragraph.
`**words**` are bold. It knows nothing of file formats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "title", "subtitle", "heading", "small", "table", "rule", "page", "clause", "paragraph"
]

NUMBER = re.compile(r"^(\d+\.(?:\d+\.?)*|\([a-z]\)|§ ?\d+)\s+(?=\S)")
MARKS: tuple[tuple[str, Kind], ...] = (
    ("== ", "subtitle"),
    ("= ", "title"),
    ("# ", "heading"),
    ("> ", "small"),
)
BREAK = " /"


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `lines` are kept apart only where the source broke them on purpose;
    a table has `rows` instead, the first of them a head if `headed`."""

    kind: Kind
    lines: tuple[str, ...] = ()
    number: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    headed: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed source text: its settings and its blocks in order."""

    settings: dict[str, str]
    blocks: tuple[Block, ...]


def parse(text: str) -> Source:
    """The settings and blocks of a source text."""
    settings: dict[str, str] = {}
    body: list[str] = []
    for line in text.splitlines():
        if line.startswith("@ "):
            key, _, value = line[2:].partition(":")
            settings[key.strip()] = value.strip()
        else:
            body.append(line)
    chunks = re.split(r"\n\s*\n", "\n".join(body).strip())
    return Source(settings, tuple(_block(chunk.strip()) for chunk in chunks if chunk.strip()))


def _block(chunk: str) -> Block:
    if chunk == "---":
        return Block("rule")
    if chunk == "===":
        return Block("page")
    if chunk.startswith("|"):
        return _table(chunk)
    for mark, kind in MARKS:
        if chunk.startswith(mark):
            return Block(kind, _lines(chunk.removeprefix(mark)))
    found = NUMBER.match(chunk)
    if found:
        return Block("clause", _lines(chunk[found.end() :]), number=found[1])
    return Block("paragraph", _lines(chunk))


def _table(chunk: str) -> Block:
    rows = tuple(
        tuple(cell.strip() for cell in re.sub(r"^\|!?", "", line).split("|"))
        for line in chunk.splitlines()
    )
    return Block("table", rows=rows, headed=chunk.startswith("|!"))


def _lines(chunk: str) -> tuple[str, ...]:
    joined: list[str] = [""]
    for raw in chunk.splitlines():
        line = raw.strip()
        ends = f"{line} ".endswith(f"{BREAK} ")
        joined[-1] = f"{joined[-1]} {line.removesuffix(BREAK.strip()).strip()}".strip()
        if ends:
            joined.append("")
    return tuple(line for line in joined if line)


def plain(text: str) -> str:
    """The text without its bold marks."""
    return text.replace("**", "")
