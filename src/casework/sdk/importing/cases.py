"""Rows of a file and the cases they speak of: by the name of a file of the case, by the case's key
or name, or by a value that the case was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from casework.base.errors import UsageError
from casework.procedures.names import listed
from casework.types.case import CaseRecord

if TYPE_CHECKING:
    from casework.documents.sheets.records import Records

Names = dict[str, set[str]]
"""The ids of the cases that answer to a name."""


class CaseNames:
    """What the cases of a worksheet answer to, the surest first: key, name, given value or the
    whole name of a file; the file's name without folders; without its ending too; and without the
    zeros that spreadsheets drop from the begin of numbers."""

    def __init__(self, cases: Iterable[CaseRecord]) -> None:
        self._levels: tuple[Names, ...] = ({}, {}, {}, {})
        self.by_id: dict[str, CaseRecord] = {}
        for case in cases:
            self.by_id[case.id] = case
            said = [case.key, case.name, *(str(each) for each in case.fields.values())]
            files = [document.name for document in case.documents]
            for text in (*said, *files):
                self._put(0, _folded(text), case.id)
            for text in (case.key, case.name, *files):
                self._put(1, _last(text), case.id)
                self._put(2, _stem(text), case.id)
                self._put(3, _stem(text).lstrip("0"), case.id)

    def find(self, text: str) -> frozenset[str]:
        """The cases that a text names; several when it cannot be told which."""
        forms = (_folded(text), _last(text), _stem(text), _stem(text).lstrip("0"))
        for level, form in zip(self._levels, forms, strict=True):
            if form and form in level:
                return frozenset(level[form])
        return frozenset()

    def _put(self, level: int, name: str, case_id: str) -> None:
        if name:
            self._levels[level].setdefault(name, set()).add(case_id)


def naming_column(records: Records, names: CaseNames) -> int:
    """The column that names most cases; raises `UsageError` when none names any."""
    best, most = -1, 0
    for at in records.headings:
        texts = {row.texts[at] for row in records.rows if at in row.texts}
        found = len({one for text in texts for one in _only(names.find(text))})
        if found > most:
            best, most = at, found
    if best < 0:
        raise UsageError(
            "No column of the file names a case of this worksheet, or a file of one.",
            fix="Add the documents first; or name the column: --match COLUMN."
            f" The columns are {listed(records.headings.values(), 'and')}.",
        )
    return best


def _only(found: frozenset[str]) -> Iterator[str]:
    if len(found) == 1:
        yield from found


def _folded(text: str) -> str:
    return " ".join(text.replace("\\", "/").split()).casefold()


def _last(text: str) -> str:
    return _folded(text).rpartition("/")[2]


def _stem(text: str) -> str:
    """The last part of a path without its ending."""
    last = _last(text)
    stem, dot, ending = last.rpartition(".")
    return stem if dot and stem and len(ending) <= _LONGEST_ENDING and ending.isalnum() else last


_LONGEST_ENDING = 5
