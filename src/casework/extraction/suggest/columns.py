"""The table that recurs: columns that tables of many cases share, as one field with columns."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from casework.base.ids import slug
from casework.documents.tables.headings import Headings
from casework.extraction.concepts import Lexicon
from casework.extraction.prepared import Prepared
from casework.extraction.suggest.beside import tidy
from casework.extraction.suggest.kinds import type_of_texts
from casework.extraction.suggest.names import heading_in
from casework.extraction.tokens import tokens
from casework.types.values import Field, ValueType

_LEAST_COLUMNS = 2
_MOST_COLUMNS = 8
_LEAST_ROWS = 1
_ALIKE = 0.5
"""The share of headings that two tables of one kind have in common."""
_SHARED = 0.5
_LONGEST = 36


@dataclass(frozen=True, slots=True)
class RecurringTable:
    """Columns that recur, `cases` (by index) whose documents have such a table."""

    fields: tuple[Field, ...]
    cases: frozenset[int]


@dataclass(slots=True)
class _Seen:
    case: int
    keys: dict[str, str]
    texts: dict[str, list[str]]


def recurring_tables(
    cases: Sequence[Sequence[Prepared]], least: int, lexicon: Lexicon, language: str = ""
) -> list[RecurringTable]:
    """Kinds of tables that at least so many cases have, the most frequent first; their columns are
    named in this language (ISO 639-1), where the lexicon knows them."""
    seen = [
        one
        for at, documents in enumerate(cases)
        for prepared in documents
        for headings in prepared.tables
        if (one := _seen(at, headings, lexicon)) is not None
    ]
    kinds: list[list[_Seen]] = []
    for one in seen:
        home = next((kind for kind in kinds if _alike(kind[0], one)), None)
        if home is None:
            kinds.append([one])
        else:
            home.append(one)
    found = [table for kind in kinds if (table := _table(kind, least, language)) is not None]
    return sorted(found, key=lambda table: (-len(table.cases), -len(table.fields)))


def _seen(case: int, headings: Headings, lexicon: Lexicon) -> _Seen | None:
    table = headings.table
    if not table.header_rows or table.rows - table.header_rows < _LEAST_ROWS:
        return None
    names = {
        column: told
        for column in range(table.columns)
        if (told := tidy(" ".join(headings.path(column)))) and _is_heading(told)
    }
    if len(names) < _LEAST_COLUMNS:
        return None
    keys: dict[str, str] = {}
    texts: dict[str, list[str]] = {}
    for column, name in names.items():
        key = key_of(name, lexicon)
        if key in keys:
            continue
        keys[key] = name
        texts[key] = [
            cell.text
            for row in headings.rows[table.header_rows :]
            for cell in row
            if cell.column == column and cell.text
        ]
    return _Seen(case, keys, texts)


def key_of(label: str, lexicon: Lexicon) -> str:
    """What labels are told apart by: the concept that a whole label means, else its words."""
    names = tokens(label)
    for match in lexicon.matches(names):
        if match.first == 0 and match.last == len(names) - 1:
            return f"={lexicon.concepts[match.concepts[0][0]].name}"
    return " ".join(names)


def _is_heading(text: str) -> bool:
    return len(text) <= _LONGEST and any(letter.isalpha() for letter in text)


def _alike(one: _Seen, other: _Seen) -> bool:
    both = one.keys.keys() & other.keys.keys()
    return len(both) >= _ALIKE * min(len(one.keys), len(other.keys)) and len(both) > 1


def _table(kind: list[_Seen], least: int, language: str) -> RecurringTable | None:
    cases = frozenset(one.case for one in kind)
    if len(cases) < least or sum(map(_rows, kind)) < _LEAST_COLUMNS:
        return None
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    within: defaultdict[str, set[int]] = defaultdict(set)
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for one in kind:
        for key, name in one.keys.items():
            written[key][name] += 1
            within[key].add(one.case)
            texts[key] += one.texts[key]
    keys = [key for key in written if len(within[key]) >= _SHARED * len(cases) and texts[key]]
    if len(keys) < _LEAST_COLUMNS:
        return None
    names = {key: heading_in(written[key], language) for key in keys[:_MOST_COLUMNS]}
    fields: dict[str, Field] = {}
    for key, name in names.items():
        plain = _plain(name)
        fields.setdefault(slug(plain), Field(plain, type_of_texts(texts[key])))
    fields.pop("", None)
    if len(fields) < _LEAST_COLUMNS:
        return None
    return RecurringTable(tuple(fields.values()), cases)


def _rows(one: _Seen) -> int:
    return max((len(texts) for texts in one.texts.values()), default=0)


def _plain(name: str) -> str:
    """A heading as the name of a column: nothing in it that a procedure reads as its own."""
    return " ".join("".join(" " if one in '(){}`,:;"' else one for one in name).split())


def table_type(table: RecurringTable) -> ValueType:
    """The type of the field."""
    return ValueType("table", fields=table.fields)
