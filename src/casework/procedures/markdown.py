"""Text to parsed source and back without loss: lines, headings, key lists, code, fences.

A line-based reader of the little Markdown that carries meaning here; whatever else Markdown can
do is text to it. Knows how a procedure is written, not what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from casework.procedures.names import nearest

KEYS = (
    "type", "by", "many", "when", "from", "model", "review", "owner", "id", "split",
    "second", "third", "template", "batch", "readers",
)  # fmt: skip
BOM = "\ufeff"

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|$)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:(?:^|[ \t]+)#+)?[ \t]*$")
_FENCE = re.compile(r" {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$")
_KEY = re.compile(r" {0,3}[-*+][ \t]+([A-Za-z][\w /-]{0,30}?)[ \t]*:(?:[ \t]+(.*?))?[ \t]*$")
_MORE = re.compile(r"(?: {2,}|\t)[ \t]*(?:([-*+])[ \t]+)?(.*?)[ \t]*$")
BLANK_LINE = r"(?:\r\n|\r(?!\n)|\n)[ \t]*[\r\n]"
_CODE = re.compile(rf"(?<!`)(`+)(?!`)((?:(?!{BLANK_LINE}).)+?)(?<!`)\1(?!`)", re.DOTALL)
_NEAR_KEY = 0.7
_TABLE = re.compile(r"table\s*(?::|$)", re.IGNORECASE)


class Line(NamedTuple):
    """A line and the ending that it had: `\\n`, `\\r\\n`, `\\r`, or '' on the last."""

    text: str
    ending: str


@dataclass(frozen=True, slots=True)
class Key:
    """`- name: value`. `items` are nested bullets. Lines `first` to `end` (from 0, exclusive)."""

    name: str
    value: str
    items: tuple[str, ...]
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class StepSource:
    """A step as written. All positions are line indexes from 0; `end` is exclusive.

    The instruction is somewhere in lines `body` to `end`, with blank lines around it. `nested` are
    the steps of a table's rows, which stand below it; `last` is where these end (exclusive).
    """

    name: str
    level: int
    heading: int
    keys: tuple[Key, ...]
    body: int
    end: int
    nested: tuple[StepSource, ...] = ()
    last: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A whole text. `title_line` is -1 when there is no title; `open_fence` is the index of a
    fence that never ends, or -1; `above` are headings of a level above the steps beside them,
    `below` those of a deeper level that are no step and have a key list of their own."""

    lines: tuple[Line, ...]
    title: str
    title_line: int
    steps: tuple[StepSource, ...]
    open_fence: int
    above: tuple[int, ...]
    below: tuple[int, ...]

    def lines_of(self, first: int, end: int) -> str:
        """The text of some lines, joined by `\\n`, without a byte order mark."""
        return "\n".join(line.text for line in self.lines[first:end]).removeprefix(BOM)

    @property
    def every(self) -> tuple[StepSource, ...]:
        """All steps as written, those of rows behind their table."""
        return tuple(_every(self.steps))

    @property
    def preamble(self) -> str:
        """The text before the first step, without the title."""
        end = self.steps[0].heading if self.steps else len(self.lines)
        if self.title_line < 0:
            return self.lines_of(0, end).strip()
        before = self.lines_of(0, self.title_line).strip()
        after = self.lines_of(self.title_line + 1, end).strip()
        return f"{before}\n\n{after}".strip()


@dataclass(frozen=True, slots=True)
class CodeSpan:
    """Code in backticks: offsets of the whole span, and what stands inside."""

    start: int
    end: int
    content: str


class _Heading(NamedTuple):
    line: int
    level: int
    name: str


def parse(text: str) -> Source:
    """Read a text; any text can be read, and `write` gives it back byte for byte."""
    lines = tuple(_split(text))
    headings, open_fence = _headings(lines)
    title = headings.pop(0) if headings and headings[0].level == 1 else None
    above: list[int] = []
    steps = _steps(lines, headings, len(lines), above)
    found = {step.heading for step in _every(steps)}
    return Source(
        lines,
        title.name if title else "",
        title.line if title else -1,
        steps,
        open_fence,
        tuple(sorted(above)),
        tuple(
            heading.line
            for heading in headings
            if heading.line not in found
            and heading.line not in above
            and any(key.name in KEYS for key in _key_list(lines, heading.line + 1, len(lines)))
        ),
    )


def write(source: Source) -> str:
    """The text that was parsed."""
    return "".join(line.text + line.ending for line in source.lines)


def code_spans(text: str) -> tuple[CodeSpan, ...]:
    """All code in backticks outside fences; a span may go over lines but not over a blank one."""
    return tuple(
        CodeSpan(offset + found.start(), offset + found.end(), found[2].strip())
        for offset, prose in prose_of(text)
        for found in _CODE.finditer(prose)
    )


def lone_code_spans(text: str) -> tuple[CodeSpan, ...]:
    """The code spans that have their lines to themselves."""
    return tuple(span for span in code_spans(text) if _is_alone(text, span))


def prose_of(text: str) -> Iterator[tuple[int, str]]:
    """The parts of a text outside code fences, each with its offset."""
    start = position = 0
    fence = ""
    for line, ending in _split(text):
        after = position + len(line) + len(ending)
        before = fence
        fence = _next_fence(line, fence)
        if fence and not before:
            yield start, text[start:position]
        if before and not fence:
            start = after
        position = after
    if not fence:
        yield start, text[start:]


def _split(text: str) -> Iterator[Line]:
    for found in _LINE.finditer(text):
        if found[0]:
            yield Line(found[1], found[2])


def _next_fence(line: str, fence: str) -> str:
    """The fence that is open after this line ('' for none), given the one open before it."""
    found = _FENCE.match(line)
    if fence:
        bare = line.strip()
        closes = found and bare == fence[0] * len(bare) and len(bare) >= len(fence)
        return "" if closes else fence
    return (found[1] or found[2]) if found else ""


def _headings(lines: tuple[Line, ...]) -> tuple[list[_Heading], int]:
    headings: list[_Heading] = []
    fence, opened = "", -1
    for index, line in enumerate(lines):
        before, fence = fence, _next_fence(line.text.removeprefix(BOM), fence)
        if fence and not before:
            opened = index
        found = None if fence or before else _HEADING.match(line.text.removeprefix(BOM))
        if found:
            headings.append(_Heading(index, len(found[1]), (found[2] or "").strip()))
    return headings, opened if fence else -1


def _steps(
    lines: tuple[Line, ...], headings: list[_Heading], end: int, above: list[int]
) -> tuple[StepSource, ...]:
    """The steps among these headings: those of the level of the first. Notes what stands above."""
    level = headings[0].level if headings else 0
    starts = [at for at, heading in enumerate(headings) if heading.level == level]
    above += [heading.line for heading in headings if heading.level < level]
    steps = []
    for at, following in zip(starts, [*starts[1:], len(headings)], strict=False):
        last = headings[following].line if following < len(headings) else end
        deeper = [one for one in headings[at + 1 : following] if one.level > level]
        steps.append(_step(lines, headings[at], deeper, last, above))
    return tuple(steps)


def _step(
    lines: tuple[Line, ...], heading: _Heading, deeper: list[_Heading], last: int, above: list[int]
) -> StepSource:
    """The step of a heading; below a table the deeper ones are steps of its rows."""
    keys = _key_list(lines, heading.line + 1, last)
    if not any(key.name == "type" and _TABLE.match(key.value) for key in keys):
        deeper = []
    end = deeper[0].line if deeper else last
    body = keys[-1].end if keys else heading.line + 1
    nested = _steps(lines, deeper, last, above)
    return StepSource(heading.name, heading.level, heading.line, keys, body, end, nested, last)


def _every(steps: tuple[StepSource, ...]) -> Iterator[StepSource]:
    for step in steps:
        yield step
        yield from _every(step.nested)


def _key_list(lines: tuple[Line, ...], start: int, end: int) -> tuple[Key, ...]:
    keys: list[Key] = []
    index = _skip_blank(lines, start, end)
    while index < end and (found := _KEY.match(lines[index].text)):
        after_blank = bool(keys) and keys[-1].end < index
        if not _is_key(found[1], first=not keys or after_blank):
            break
        keys.append(_key(lines, index, end, found))
        index = _skip_blank(lines, keys[-1].end, end)
    return tuple(keys)


def _is_key(word: str, *, first: bool) -> bool:
    """Whether a bullet's word is meant as a key. A list starts with a known key or a near miss;
    behind one, any single small word is one, so that a misspelling is told and not read out."""
    if word.lower() in KEYS:
        return True
    if not word.islower() or " " in word:
        return False
    return bool(nearest(word, KEYS, cutoff=_NEAR_KEY)) if first else True


def _key(lines: tuple[Line, ...], index: int, end: int, found: re.Match[str]) -> Key:
    value, items = found[2] or "", list[str]()
    after = index + 1
    while after < end and (more := _MORE.match(lines[after].text)) and more[2]:
        if more[1]:
            items.append(more[2])
        elif items:
            items[-1] += " " + more[2]
        else:
            value = f"{value} {more[2]}".strip()
        after += 1
    return Key(found[1].lower(), value, tuple(items), index, after)


def _skip_blank(lines: tuple[Line, ...], index: int, end: int) -> int:
    while index < end and not lines[index].text.strip():
        index += 1
    return index


def _is_alone(text: str, span: CodeSpan) -> bool:
    before = text[: span.start].rpartition("\n")[2]
    after = text[span.end :].partition("\n")[0]
    return not before.strip() and not after.strip()
