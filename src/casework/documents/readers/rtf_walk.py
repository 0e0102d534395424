"""The tokens of a rich text, one after another → what is to be set on pages.

A group takes over the state of the one around it; a destination (a footnote, a header) collects its
own text. Nesting is a list and no recursion, so that no depth is too deep.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from casework.documents.readers.rtf_table import RowShape, RtfTable
from casework.documents.readers.rtf_tokens import (
    CHARSETS,
    LETTERS,
    READ_AFTER_STAR,
    SKIPPED,
    SYMBOL,
    Out,
    Token,
    decoded,
    encoding_of,
)
from casework.documents.typesetting.flow import Element, Grid, Hidden, Text
from casework.types.document import BlockKind

_MOST_DEPTH = 2_000
_FACTS = {"title": "title", "author": "author", "subject": "subject"}
_ASIDES = {"footnote": "footnote", "annotation": "comment", "shptxt": "box", "dptxbxtext": "box"}
_EDGES = frozenset({"header", "headerl", "headerr", "headerf"}) | frozenset(
    {"footer", "footerl", "footerr", "footerf"}
)
_OTHERS = frozenset({"listtext", "pntext", "atnauthor", "stylesheet", "fonttbl"})
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_DEEPEST = 6


@dataclass(slots=True)
class _State:
    """What a group takes over from the one around it."""

    out: Out | None
    kind: str = ""
    encoding: str = "cp1252"
    skipped_after: int = 1
    hidden: bool = False
    deleted: bool = False
    in_table: bool = False
    nesting: int = 1
    level: int = 0
    depth: int = 0
    opened: str = ""
    """The destination that this group began, '' for an ordinary group."""


class Walk:
    """Goes through the tokens and collects what there is to set."""

    def __init__(self) -> None:
        self.flow: list[Element] = []
        self.facts: dict[str, str] = {}
        self.changed = False
        self.pictures = False
        self._body = Out()
        self._state = _State(self._body)
        self._stack: list[_State] = []
        self._too_deep = 0
        self._star = False
        self._skip = 0
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._styles: dict[int, int] = {}
        self._style = -1
        self._default = "cp1252"
        self._label = ""
        self._cell: list[str] = []
        self._tables: dict[int, RtfTable] = {}
        self._shape = RowShape()
        self._nested_shape = RowShape()
        self._hidden: list[str] = []
        self._after: list[Element] = []
        self._edges: dict[str, dict[str, None]] = {"header": {}, "footer": {}}
        self._counts: dict[str, int] = {}
        self._author = ""
        self._words: dict[str, Callable[[int | None], None]] = {
            "par": lambda _: self._end_paragraph(),
            "sect": lambda _: self._end_paragraph(),
            "page": lambda _: self._end_paragraph(),
            "cell": lambda _: self._end_cell(1),
            "nestcell": lambda _: self._end_cell(max(self._state.nesting, 2)),
            "row": lambda _: self._end_row(1),
            "nestrow": lambda _: self._end_row(max(self._state.nesting, 2)),
            "trowd": self._begin_row,
            "pard": self._plain_paragraph,
            "plain": self._plain,
            "f": self._set_font,
            "u": self._unicode,
            "s": self._set_style,
            "ansicpg": self._set_codepage,
        }

    def take(self, token: Token) -> None:
        """Go on by one token."""
        word = token.word
        if word == "{":
            self._open()
        elif word == "}":
            self._close()
        elif word in ("", "'"):
            self._say(token.data)
        elif word == "*":
            self._star = True
        else:
            star, self._star = self._star, False
            if not self._destination(word, star=star):
                self._control(word, token.number)

    def finished(self) -> list[Element]:
        """All there is to set, headers first and footers last."""
        while self._stack:
            self._close()
        self._end_paragraph()
        self._end_table()
        self.facts = {key: value[:500] for key, value in self.facts.items() if value}
        edges: dict[str, list[Element]] = {}
        for name, texts in self._edges.items():
            kind: BlockKind = "header" if name == "header" else "footer"
            edges[name] = [Text(t, name, kind, joined=at > 0) for at, t in enumerate(texts)]
        return [*edges["header"], *self.flow, *edges["footer"]]

    def _open(self) -> None:
        self._skip = 0
        if len(self._stack) >= _MOST_DEPTH:
            self._too_deep += 1
            return
        self._stack.append(self._state)
        self._state = replace(self._state, opened="")

    def _close(self) -> None:
        self._skip, self._star = 0, False
        if self._too_deep:
            self._too_deep -= 1
            return
        if not self._stack:
            return
        ended, self._state = self._state, self._stack.pop()
        if ended.opened and ended.out is not None:
            self._end_destination(ended.opened, ended.out)

    def _destination(self, word: str, *, star: bool) -> bool:
        """Begin a destination where this word names one."""
        state = self._state
        if word in SKIPPED or (star and word not in READ_AFTER_STAR):
            self.pictures = self.pictures or word in ("pict", "object")
            if word in ("object",):
                state.kind = "object"  # what it shows follows in a group of its own
            state.out = None
            return True
        if word in ("result", "ud") and state.out is None and state.kind != "skipped":
            state.out = self._outer()
            return True
        if word == "upr":
            state.out = None
            return True
        known = word in _ASIDES or word in _EDGES or word in _FACTS or word in _OTHERS
        if known and (state.out is not None or word in ("shptxt", *_FACTS)):
            state.out = Out(encoding=state.encoding)
            state.opened = state.kind = word
            state.in_table = False
            return True
        return False

    def _outer(self) -> Out | None:
        """Where the text of the groups around goes."""
        return next((state.out for state in reversed(self._stack) if state.out is not None), None)

    def _end_destination(self, kind: str, out: Out) -> None:
        text = out.take()
        if kind in _EDGES:
            name = "header" if kind.startswith("header") else "footer"
            lines = (" ".join(line.split()) for line in text.split("\n"))
            self._edges[name].update(dict.fromkeys(line for line in lines if line))
        elif kind in _FACTS:
            self.facts[_FACTS[kind]] = " ".join(text.split())
        elif kind in ("listtext", "pntext"):
            self._label = " ".join(text.split())
        elif kind == "atnauthor":
            self._author = text.strip()
        elif kind == "stylesheet" or kind == "fonttbl":
            return
        elif kind in _ASIDES and text.strip():
            self._aside(_ASIDES[kind], [line for line in text.split("\n") if line.strip()])

    def _aside(self, kind: str, lines: list[str]) -> None:
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        if kind == "box":
            place, head = f"text box {number}", ""
        else:
            place = f"{kind} {number}"
            who = f", {self._author}" if kind == "comment" and self._author else ""
            head = f"[{place}{who}] "
        for index, line in enumerate(lines):
            self._after.append(Text(line if index else head + line, place, joined=index > 0))

    def _say(self, data: bytes) -> None:
        if self._skip:
            self._skip, data = max(self._skip - len(data), 0), data[self._skip :]
        state = self._state
        if state.out is None or state.deleted or not data:
            return
        if state.kind == "stylesheet":
            self._name_style(data)
        elif state.kind == "fonttbl":
            return
        elif state.hidden and state.out is self._body:
            self._hidden.append(decoded(data, state.encoding))
        else:
            state.out.add(data, state.encoding)

    def _say_text(self, text: str) -> None:
        state = self._state
        if state.out is None or state.deleted:
            return
        if state.hidden and state.out is self._body:
            self._hidden.append(text)
        elif state.kind not in ("stylesheet", "fonttbl"):
            state.out.say(text)

    def _control(self, word: str, number: int | None) -> None:
        state = self._state
        handler = self._words.get(word)
        if handler is not None:
            handler(number)
        elif word in LETTERS or (len(word) == 1 and word in "{}"):
            self._say_text(LETTERS.get(word, word))
        elif word == "v":
            state.hidden = number != 0
        elif word in ("deleted", "revised"):
            state.deleted = number != 0 if word == "deleted" else state.deleted
            self.changed = True
        elif word == "intbl":
            state.in_table = True
        elif word == "itap":
            state.nesting = max(number or 1, 1)
            state.in_table = state.in_table or bool(number)
        elif word == "outlinelevel":
            state.level = min((number or 0) + 1, _DEEPEST) if (number or 0) < 9 else 0
        elif word == "ilvl":
            state.depth = max(number or 0, 0)
        elif word == "uc":
            state.skipped_after = min(max(number or 0, 0), 100)
        elif word == "fcharset" and state.kind == "fonttbl":
            symbol = number == 2
            self._fonts[self._font] = SYMBOL if symbol else CHARSETS.get(number or 0, self._default)
        elif word in ("mac", "pc", "pca"):
            self._default = {"mac": "mac_roman", "pc": "cp437"}.get(word, "cp850")
        else:
            self._row_word(word, number)

    def _row_word(self, word: str, number: int | None) -> None:
        shape = self._nested_shape if self._state.nesting > 1 else self._shape
        if word == "cellx":
            shape.edge(number or 0)
        elif word == "trleft":
            shape.left = number or 0
        elif word == "trhdr":
            shape.is_head = True
        elif word == "clvmrg":
            shape.pending = "down"
        elif word == "clmrg":
            shape.pending = "across"

    def _begin_row(self, _: int | None) -> None:
        if self._state.nesting > 1:
            self._nested_shape = RowShape()
        else:
            self._shape = RowShape()

    def _plain_paragraph(self, _: int | None) -> None:
        state = self._state
        state.in_table, state.nesting, state.level, state.depth = False, 1, 0, 0

    def _plain(self, _: int | None) -> None:
        self._state.hidden = False
        self._state.encoding = self._fonts.get(0, self._default)

    def _set_font(self, number: int | None) -> None:
        if self._state.kind == "fonttbl":
            self._font = number or 0
        else:
            self._state.encoding = self._fonts.get(number or 0, self._default)

    def _set_codepage(self, number: int | None) -> None:
        self._default = encoding_of(number or 1252)
        self._state.encoding = self._default

    def _set_style(self, number: int | None) -> None:
        if self._state.kind == "stylesheet":
            self._style = number or 0
        else:
            self._state.level = self._styles.get(number or 0, 0)

    def _name_style(self, data: bytes) -> None:
        found = _HEADING.match(data.decode("latin-1").strip())
        if found and self._style >= 0:
            self._styles[self._style] = min(int(found[1]), _DEEPEST)
        if b";" in data:
            self._style = -1

    def _unicode(self, number: int | None) -> None:
        code = (number or 0) % 0x10000 if (number or 0) < 0x10000 else number or 0
        if code <= 0x10FFFF:
            letter = chr(code)
            self._say_text("•" if 0xF000 <= code <= 0xF0FF else letter)
        self._skip = self._state.skipped_after

    def _end_paragraph(self) -> None:
        state = self._state
        if state.out is not self._body:
            if state.out is not None:
                state.out.say("\n")
            return
        text = self._body.take()
        if state.in_table:
            self._cell.append(f"{self._label} {text}" if self._label else text)
            self._label = ""
            return
        self._end_table()
        label, self._label = self._label, ""
        if text.strip():
            number = self._counts["paragraph"] = self._counts.get("paragraph", 0) + 1
            kind: BlockKind = "heading" if state.level else "list" if label else "paragraph"
            last = self.flow[-1] if self.flow else None
            goes_on = kind == "list" and isinstance(last, Text) and last.kind == "list"
            for index, line in enumerate(
                f"{label} {text}".split("\n") if label else text.split("\n")
            ):
                joined, depth = index > 0 or goes_on, 0 if state.level else state.depth
                place = f"paragraph {number}"
                self.flow.append(Text(line, place, kind, state.level, joined, depth))
        self._beside()

    def _beside(self) -> None:
        if "".join(self._hidden).strip():
            self.flow.append(Hidden("".join(self._hidden)))
        self._hidden.clear()
        self.flow += self._after
        self._after.clear()

    def _end_cell(self, level: int) -> None:
        if self._state.out is not self._body:
            self._say_text("\t")
            return
        text = self._body.take()
        lines = [*self._cell, f"{self._label} {text}" if self._label else text]
        self._cell, self._label = [], ""
        inner = self._tables.pop(level + 1, None)
        grid = inner.grid(f"table {self._next_table()}") if inner is not None else None
        table = self._tables.setdefault(level, RtfTable())
        if grid is not None:
            table.nest(grid)
        table.cells.append("\n".join(lines).strip("\n"))

    def _end_row(self, level: int) -> None:
        if self._state.out is self._body and level in self._tables:
            self._tables[level].end_row(self._shape if level == 1 else self._nested_shape)

    def _end_table(self) -> None:
        """Close the table under way: what follows stands below it."""
        table = self._tables.pop(1, None)
        stray = [self._tables.pop(level) for level in sorted(self._tables)]
        lines, self._cell = self._cell, []
        for each in (table, *stray):
            grid = each.grid(f"table {self._next_table()}") if each is not None else None
            if isinstance(grid, Grid):
                self.flow.append(grid)
        self.flow += [Text(line) for line in lines if line.strip()]

    def _next_table(self) -> int:
        self._counts["table"] = self._counts.get("table", 0) + 1
        return self._counts["table"]
