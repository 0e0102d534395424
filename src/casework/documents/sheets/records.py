"""Files of records (workbooks, delimited text, JSON) as rows under headings. Knows no pages, and
not what a column means.

A number or a date of a workbook is taken as the file holds it and not as it shows it, unless what
it shows says more: a currency, a percentage.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from casework.base.errors import DocumentError
from casework.documents.formats.decode import decode
from casework.documents.packed.package import Package
from casework.documents.readers import ods, sheet, table, xlsx
from casework.documents.reading import Source
from casework.documents.sheets.data import SheetData, SheetRow, column_name
from casework.documents.sheets.held import HeldValues, held_values
from casework.documents.sheets.json_records import json_rows
from casework.documents.typesetting.grid_heads import heads
from casework.types.values import Json

WORKBOOKS = ("xlsx", "xlsm", "xlsb", "xls", "ods")
DELIMITED = ("csv", "tsv", "tab", "txt")
AS_JSON = ("json", "jsonl", "ndjson")
SUFFIXES = (*WORKBOOKS, *DELIMITED, *AS_JSON)
_PACKED = (b"PK", b"\xd0\xcf\x11\xe0")
"""How workbooks begin, but for an OpenDocument sheet in one piece."""
LONGEST_CELL = 32_767
"""Letters of a cell, as workbooks have it at most. A longer one, of a file of text, is cut behind
this and one letter more: whoever reads a value of it can tell."""
MOST_COLUMNS = 16_384
"""As workbooks have at most."""
_SAMPLE_ROWS = 60
_PLAIN = re.compile(r"[-+()\d.,'’ \u00a0\u202f]*")
"""What a number shows that says nothing but the number."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A row: its number as people count it in the file, and its texts by column. `typed` are the
    columns whose text is a number that the file holds as one: with a decimal point for sure."""

    number: int
    texts: dict[int, str]
    typed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Records:
    """A sheet: headings by column, and the rows under them. The name is '' where a file is one."""

    name: str
    headings: dict[int, str]
    rows: tuple[RecordRow, ...]
    hidden: bool = False


def read_records(source: Source) -> list[Records]:
    """The sheets of a file that have rows: a workbook by its content, any other by the ending of
    its name.

    Raises `DocumentError` for a file that cannot be read so.
    """
    ending = source.name.rpartition(".")[2].lower()
    if source.data.startswith(_PACKED) or (ending in WORKBOOKS and source.data.startswith(b"<")):
        try:
            return [one for one in _workbook(source) if one.rows]
        except zipfile.BadZipFile as error:
            raise DocumentError(
                f"{source.name} is damaged, or no workbook: {error}.",
                fix="Save it anew from the program that made it.",
            ) from error
    decoded = decode(source.data)
    if decoded is None:
        raise DocumentError(
            f"{source.name} is no text and no workbook.",
            fix=f"Use a file that ends in {', '.join(SUFFIXES)}.",
        )
    if ending in AS_JSON:
        headings, rows = json_rows(decoded[0], source.name)
        made = tuple(RecordRow(row.number, _cut(row.texts), row.typed) for row in rows)
        return [_narrow(Records("", _cut(headings), made))] if made else []
    found = _records(_delimited(decoded[0], source), {})
    return [_narrow(found)] if found.rows else []


def _narrow(found: Records) -> Records:
    """The records as they are; raises `DocumentError` for more columns than a workbook has."""
    if len(found.headings) > MOST_COLUMNS:
        raise DocumentError(
            f"It has more than {MOST_COLUMNS:,} columns.",
            state="too_large",
            fix="Give only the columns that are wanted.",
        )
    return found


def _cut(texts: dict[int, str]) -> dict[int, str]:
    """The texts as long as they may be, without halves of letters, which no file can hold."""
    return {
        at: text[: LONGEST_CELL + 1].encode("utf-8", "replace").decode("utf-8")
        for at, text in texts.items()
    }


def _delimited(text: str, source: Source) -> SheetData:
    data = SheetData("")
    rows, first, _ = table.rows_of(text, source)
    for number, cells in enumerate(rows, first):
        columns = [at for at, cell in enumerate(cells) if cell and not cell.isspace()]
        if columns:
            data.rows.append(SheetRow(number, columns, [cells[at] for at in columns]))
    return data


def _workbook(source: Source) -> Iterator[Records]:
    """The sheets of a workbook: what they show, and the numbers and dates behind it."""
    kind = sheet.kind_of(source.data)
    if kind not in ("xlsx", "ods"):
        for data, held in held_values(source):
            yield _records(data, held)
        return
    whole = sheet.packed(source)
    package = Package(whole)
    package.refuse_locked("workbook")
    behind: dict[str, HeldValues] = {}
    with suppress(DocumentError):  # what the cells show is enough
        behind = {data.name: held for data, held in held_values(whole)}
    for data in (xlsx if kind == "xlsx" else ods).sheets(package, source):
        yield _records(data, behind.get(data.name, {}))


def _records(data: SheetData, held: HeldValues) -> Records:
    first = _first_row(data)
    body = data.rows[first:]
    sample = [list(zip(row.columns, row.texts, strict=True)) for row in body[:_SAMPLE_ROWS]]
    count = max(heads(sample, first_is_head=True).rows, 1) if body else 0
    count = min(count, 1 + _spanned(data, body))
    headings = _headings(data, body[:count])
    rows = tuple(_row(row, held) for row in body[count:])
    return Records(data.name, headings, rows, data.hidden)


def _first_row(data: SheetData) -> int:
    """The index of the row with the headings: the first that is half as wide as most; what stands
    above it is a title."""
    widths = sorted(len(row.columns) for row in data.rows[:_SAMPLE_ROWS])
    usual = widths[len(widths) // 2] if widths else 0
    return next((at for at, row in enumerate(data.rows) if 2 * len(row.columns) > usual), 0)


def _spanned(data: SheetData, body: Sequence[SheetRow]) -> int:
    """How many rows of headings stand above the last one: those with a cell over several columns,
    or of several rows."""
    count = 0
    for row in body:
        spans = [data.merged.get((row.number - 1, column), (1, 1)) for column in row.columns]
        if not any(span[1] > 1 or span[0] > 1 for span in spans):
            break
        count += max(1, max(span[0] for span in spans) - 1)
    return count


def _headings(data: SheetData, rows: Sequence[SheetRow]) -> dict[int, str]:
    """The heading of each column: its own words behind those that stand over several."""
    found: dict[int, list[str]] = {}
    for number, columns, texts in rows:
        for column, text in zip(columns, texts, strict=True):
            _, wide = data.merged.get((number - 1, column), (1, 1))
            for under in range(column, column + wide):
                found.setdefault(under, []).append(" ".join(text.split()))
    filled = {column for row in data.rows for column in row.columns}
    named = {column: " ".join(words) for column, words in found.items() if column in filled}
    bare = filled - named.keys()
    return _cut(dict(sorted({**named, **{at: f"column {column_name(at)}" for at in bare}}.items())))


def _row(row: SheetRow, held: HeldValues) -> RecordRow:
    texts: dict[int, str] = {}
    typed: set[int] = set()
    for column, text in zip(row.columns, row.texts, strict=True):
        behind = held.get((row.number, column))
        texts[column] = text
        if behind is not None:
            if not behind.number or _PLAIN.fullmatch(text):
                texts[column] = behind.text
            typed.add(column)
    return RecordRow(row.number, _cut(texts), frozenset(typed))


def records_json(sheets: Sequence[Records]) -> list[Json]:
    """Sheets as JSON, for the pipe of a worker."""
    return [
        {
            "name": one.name,
            "hidden": one.hidden,
            "headings": [[at, text] for at, text in one.headings.items()],
            "rows": [
                [row.number, [[at, text] for at, text in row.texts.items()], [*sorted(row.typed)]]
                for row in one.rows
            ],
        }
        for one in sheets
    ]


def records_of(told: Json) -> list[Records]:
    """The sheets that `records_json` wrote."""
    return [_told(one) for one in _list(told)]


def _told(one: Json) -> Records:
    assert isinstance(one, dict)
    rows = []
    for row in _list(one["rows"]):
        number, texts, typed = _list(row)
        marked = frozenset(int(str(at)) for at in _list(typed))
        rows.append(RecordRow(int(str(number)), _texts(texts), marked))
    return Records(str(one["name"]), _texts(one["headings"]), tuple(rows), one["hidden"] is True)


def _texts(told: Json) -> dict[int, str]:
    return {int(str(at)): str(text) for at, text in map(_list, _list(told))}


def _list(told: Json) -> list[Json]:
    assert isinstance(told, list)
    return told
