"""CSV and TSV: a grid whose cells have places `row 3, column 2`, counted from 1."""

from __future__ import annotations

import csv
import io
from collections import Counter

from casework.documents.reading import Reading, Source
from casework.documents.typeset import Grid, GridCell, typeset

READER = "table"
VERSION = "1"
MEDIA_TYPE = "text/csv"

_DELIMITERS = ",;\t|"
_SAMPLE_LINES = 100
_LARGEST_CELL = 10_000_000


def read(source: Source) -> Reading:
    """The pages of a table; the delimiter is found by counting."""
    csv.field_size_limit(_LARGEST_CELL)
    delimiter = _delimiter(source.text, "\t" if source.name.lower().endswith(".tsv") else ",")
    rows = [
        [
            GridCell(column, value, f"row {number}, column {column + 1}")
            for column, value in enumerate(row)
        ]
        for number, row in enumerate(
            csv.reader(io.StringIO(source.text, newline=""), delimiter=delimiter), 1
        )
    ]
    media_type = "text/tab-separated-values" if delimiter == "\t" else MEDIA_TYPE
    return Reading(media_type, READER, VERSION, typeset([Grid(rows)], source))


def _delimiter(text: str, usual: str) -> str:
    """The delimiter that gives most lines one same number of columns."""
    lines = [line for line in text.split("\n")[:_SAMPLE_LINES] if line.strip()]
    best, most = usual, 0
    for each in (usual, *_DELIMITERS):
        counts = Counter(found for line in lines if (found := _outside_quotes(line, each)))
        agreeing = counts.most_common(1)[0][1] if counts else 0
        if agreeing > most:
            best, most = each, agreeing
    return best


def _outside_quotes(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2])
