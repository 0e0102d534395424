"""Answers any JSON schema from the documents in a prompt: the same prompt, the same answer.

It understands nothing: it takes one line of the text as the quote and fills the schema from it.
Good enough to measure and to test everything around a model. A `status` takes its first word.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework.types.values import Json

# <document name="…">…</document>, or with a mark of the sender's: <document-1f9 …>…</document-1f9>
_DOCUMENT = re.compile(r"<document(-\w+|)(\s[^>]*|)>(.*?)</document\1>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\b(id|name|number|n)\s*=\s*["']([^"']*)["']""")
_MARKER = re.compile(r"^\s*(?:<[^>]*>|\[[^\]]*\]|[-=#*_ ]*(?:page|seite)\s+\d+[-=#*_ ]*)\s*$", re.I)
_PAGE = re.compile(r"\b(?:page|seite|n|number)\b[^\d\n]{0,4}(\d+)", re.IGNORECASE)
_STEP = re.compile(r"""<(?:step|cell)\b[^>]*?\sid\s*=\s*["']([^"']+)["']""")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_CURRENCY = re.compile(r"\b(?:EUR|USD|GBP|CHF|SEK|PLN|DKK|NOK|JPY)\b")
# what name, format and description of a string say about it
_SAYS_DATE = re.compile(r"date|YYYY-MM-DD")
_SAYS_CURRENCY = re.compile(r"currency|ISO 4217")
_SAYS_NUMBER = re.compile(r"amount|number")
_QUOTES = ("quote", "evidence", "excerpt", "passage", "snippet")
_STATES = ("status", "state", "outcome")  # the first word is that all went well
_REMARKS = ("note", "notes", "comment", "remark")
_LEAST_LINE, _MOST_LINE = 12, 120
_MOST_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer is made of: the quote, where it stands, and a number that is always the same
    for the same prompt."""

    text: str
    quote: str
    document: str
    page: int
    steps: tuple[str, ...]
    dice: int


def source_of(prompt: str) -> Source:
    """The source in a prompt; documents are `<document name="…">…</document>`, else all of it."""
    dice = int.from_bytes(hashlib.sha256(prompt.encode("utf-8", "replace")).digest()[:6], "big")
    documents = [(found.group(2), found.group(3)) for found in _DOCUMENT.finditer(prompt)]
    attributes, text = documents[dice % len(documents)] if documents else ("", prompt)
    told = dict(_ATTRIBUTE.findall(attributes))
    at, quote = _line(text, dice)
    pages = _PAGE.findall("\n".join(_markers(text[:at])))
    return Source(
        text,
        quote,
        told.get("id") or told.get("name", ""),
        int(pages[-1]) if pages else 1,
        tuple(_STEP.findall(prompt)),
        dice,
    )


def fill(schema: Json, source: Source) -> Json:
    """A value that fits the schema, taken from the source."""
    root = schema if isinstance(schema, dict) else {}
    return _fill(root, source, root, "", 0)


def _fill(schema: Json, source: Source, root: Mapping[str, Json], name: str, depth: int) -> Json:
    if not isinstance(schema, dict) or depth > _MOST_DEPTH:
        return None
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return _fill(_resolve(reference, root), source, root, name, depth + 1)
    if "const" in schema:
        return schema["const"]
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        said = [choice for choice in choices if choice is not None] or choices
        return said[0 if name.lower() in _STATES else source.dice % len(said)]
    for word in ("anyOf", "oneOf", "allOf"):
        parts = schema.get(word)
        if isinstance(parts, list) and parts:
            return _fill(_first_said(parts), source, root, name, depth + 1)
    kind = _kind(schema)
    if kind == "object":
        properties = schema.get("properties")
        fields = properties if isinstance(properties, dict) else {}
        return {key: _fill(part, source, root, key, depth + 1) for key, part in fields.items()}
    if kind == "array":
        least = schema.get("minItems")
        count = max(1, least if isinstance(least, int) else 1)
        count = 0 if schema.get("maxItems") == 0 else count
        return [_fill(schema.get("items"), source, root, name, depth + 1) for _ in range(count)]
    return _scalar(kind, schema, source, name.lower())


def _scalar(kind: str, schema: Mapping[str, Json], source: Source, name: str) -> Json:
    if kind == "boolean":
        return bool(source.dice & 1)
    if kind in ("integer", "number"):
        return _bounded(kind, schema, source.page if "page" in name else _number(source))
    if kind == "null":
        return None
    return _string(schema, source, name)


def _string(schema: Mapping[str, Json], source: Source, name: str) -> str:
    if any(word in name for word in _QUOTES):
        return source.quote
    if "document" in name or name in ("file", "source"):
        return source.document
    if name in _REMARKS:
        return ""
    if name.rstrip("s") in ("step", "cell"):
        return source.steps[source.dice % len(source.steps)] if source.steps else ""
    told = f"{name} {schema.get('format') or ''} {schema.get('description') or ''}"
    if _SAYS_DATE.search(told):
        return _found(_DATE, source, "2026-01-15")
    if _SAYS_CURRENCY.search(told):
        return _found(_CURRENCY, source, "EUR")
    if _SAYS_NUMBER.search(told):
        return _found(_NUMBER, source, "1")
    pattern = schema.get("pattern")
    return source.quote if not isinstance(pattern, str) else _matching(pattern, source)


def _matching(pattern: str, source: Source) -> str:
    """Something in the text that fits a pattern; else a usual value that does; else the quote."""
    try:
        whole = re.compile(pattern)
        inner = re.compile(pattern.removeprefix("^").removesuffix("$"))
    except re.error:
        return source.quote
    found = [m.group(0) for text in (source.quote, source.text) if (m := inner.search(text))]
    usual = ("2026-01-15", "100.00", "1", "EUR", "2026-01-01", "month")
    return next((each for each in (*found, *usual) if each and whole.search(each)), source.quote)


def _found(pattern: re.Pattern[str], source: Source, otherwise: str) -> str:
    match = pattern.search(source.quote) or pattern.search(source.text)
    return match.group(0) if match else otherwise


def _number(source: Source) -> float:
    match = _NUMBER.search(source.quote)
    return float(match.group(0)) if match else 1.0


def _bounded(kind: str, schema: Mapping[str, Json], value: float) -> Json:
    least, most = schema.get("minimum"), schema.get("maximum")
    if isinstance(least, int | float):
        value = max(value, least)
    if isinstance(most, int | float):
        value = min(value, most)
    return int(value) if kind == "integer" else value


def _kind(schema: Mapping[str, Json]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return next((str(each) for each in kind if each != "null"), "null")
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in schema else "string"


def _first_said(parts: Sequence[Json]) -> Json:
    for part in parts:
        if not (isinstance(part, dict) and part.get("type") == "null"):
            return part
    return parts[0]


def _resolve(reference: str, root: Mapping[str, Json]) -> Json:
    found: Json = dict(root)
    for word in reference.removeprefix("#/").split("/"):
        found = found.get(word) if isinstance(found, dict) else None
    return found


def _line(text: str, dice: int) -> tuple[int, str]:
    """One line of the text and where it starts: long enough to be found, short enough to quote."""
    lines, at = [], 0
    for line in text.splitlines(keepends=True):
        plain = line.strip()
        if len(plain) >= _LEAST_LINE and not _MARKER.match(plain):
            lines.append((at, plain))
        at += len(line)
    if not lines:
        return 0, " ".join(text.split())[:_MOST_LINE]
    at, chosen = lines[dice // 7 % len(lines)]
    if len(chosen) > _MOST_LINE:
        chosen = chosen[:_MOST_LINE].rsplit(" ", 1)[0]
    return at, chosen


def _markers(text: str) -> list[str]:
    return [line for line in text.splitlines() if _MARKER.match(line)]
