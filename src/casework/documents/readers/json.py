"""JSON and lines of JSON: names and values as readable pages; the places are paths (`$.lines[2]`).

What is no valid JSON is shown as it is written, with a note that says where it breaks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from casework.documents.reading import Reading, Source, too_large
from casework.documents.trees.json_values import Node, Remarks, Value, parse_json, step
from casework.documents.trees.records import Named, heading, line_of, table_of, written
from casework.documents.typesetting.flow import Element, Text
from casework.documents.typesetting.typeset import typeset

READER = "json"
VERSION = "1"
MEDIA_TYPE = "application/json"

_DEEPEST = 24
"""What is nested deeper is shown as the JSON that it is."""
_SHORT_LIST = 20
_SHORT_LETTERS = 200


def read(source: Source) -> Reading:
    """The pages of a text of JSON; `source.text` is its decoded text."""
    text, remarks, notes = source.text, Remarks(), list[str]()
    if len(text) > source.limits.characters:
        raise too_large(f"Its text is longer than {source.limits.characters:,} characters.")
    media_type = MEDIA_TYPE
    try:
        flow = _flow(parse_json(text, remarks))
    except RecursionError:
        notes.append("It is nested too deeply to be taken apart, so it is shown as it is written.")
        flow = written(text)
    except ValueError as error:
        values = _lines(text, remarks)
        if values is None:
            notes.append(f"It is no valid JSON ({_where(error)}), so it is shown as it is written.")
            flow = written(text)
        else:
            media_type, (parsed, broken) = "application/x-ndjson", values
            if broken:
                are = "is" if len(broken) == 1 else "are"
                notes.append(f"{len(broken)} of its lines {are} no valid JSON: {_named(broken)}.")
            flow = _flow(parsed)
    made = typeset(flow, source)
    return Reading(
        media_type,
        READER,
        VERSION,
        made.pages,
        tables=made.tables,
        notes=(*remarks.notes(), *notes, *made.notes),
    )


def _lines(text: str, remarks: Remarks) -> tuple[Node, list[int]] | None:
    """One value a line as an array, and the numbers of broken lines; None when most are broken."""
    values: list[tuple[str, Value]] = []
    broken: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            values.append(("", parse_json(line, remarks)))
        except (ValueError, RecursionError):
            broken.append(number)
            values.append(("", line))
    good = len(values) - len(broken)
    if good < 2 or good < len(broken) or not any(isinstance(each, Node) for _, each in values):
        return None
    return Node(values, array=True), broken


def _flow(value: Value) -> Iterator[Element]:
    if isinstance(value, str):
        yield from line_of(Named("", value, "$"), joined=False)
    else:
        yield from _nested("", value, "$", 1)


def _nested(name: str, node: Node, path: str, depth: int) -> Iterator[Element]:
    """What is in an object or array, with its name as a heading."""
    if name:
        yield heading(name, path, depth)
    if not node.items:
        yield Text("(empty)", path)
    elif depth > _DEEPEST:
        yield Text(_as_json(node), path, "code")
    elif node.array:
        yield from _array(name, node, path, depth)
    else:
        yield from _object(node, path, depth)


def _object(node: Node, path: str, depth: int) -> Iterator[Element]:
    joined, seen = False, dict[str, int]()
    for name, value in node.items:
        at = step(path, name)
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            at = f"{at} ({seen[name]})"
        if isinstance(value, str):
            yield from line_of(Named(name, value, at), joined=joined)
            joined = True
        elif short := _short_list(value):
            yield from line_of(Named(name, short, at), joined=joined)
            joined = True
        else:
            yield from _nested(name, value, at, depth + 1)
            joined = False


def _array(name: str, node: Node, path: str, depth: int) -> Iterator[Element]:
    records = [
        [
            Named(key, value, step(f"{path}[{index}]", key))
            for key, value in each.items
            if isinstance(value, str)
        ]
        for index, (_, each) in enumerate(node.items)
        if isinstance(each, Node) and not each.array and _is_flat(each)
    ]
    if len(records) == len(node.items):
        table = table_of(records, path, name)
        if table is not None:
            yield table
            return
    joined = False
    for index, (_, value) in enumerate(node.items):
        at = f"{path}[{index}]"
        if isinstance(value, str):
            yield Text(value, at, "list", joined=joined)
            joined = True
        else:
            yield from _nested(f"{name or 'item'} {index + 1}", value, at, depth + 1)
            joined = False


def _is_flat(node: Node) -> bool:
    return all(isinstance(value, str) for _, value in node.items)


def _short_list(node: Node) -> str:
    """A short array of values as one line, '' when it is none."""
    values = [value for _, value in node.items if isinstance(value, str)]
    if not node.array or not values or len(values) < len(node.items) or len(values) > _SHORT_LIST:
        return ""
    line = ", ".join(values)
    return line if len(line) <= _SHORT_LETTERS and "\n" not in line else ""


def _as_json(node: Node) -> str:
    """What is nested too deeply, roughly as it was written: walked without recursion."""
    parts: list[str] = []
    stack: list[Value | tuple[str]] = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, tuple):
            parts.append(top[0])
        elif isinstance(top, str):
            parts.append(top)
        else:
            parts.append("[" if top.array else "{")
            stack.append(("]" if top.array else "}",))
            for name, value in reversed(top.items):
                stack += [value, (f"{name}: " if name else "",)]
    return " ".join(part for part in parts if part)


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    return " ".join(str(error).split())[:100]


def _named(numbers: list[int], most: int = 5) -> str:
    more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
    word = "line" if len(numbers) == 1 else "lines"
    return f"{word} {', '.join(map(str, numbers[:most]))}{more}"
