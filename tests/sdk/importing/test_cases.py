"""Rows find their cases by file, key, name or given value."""

from __future__ import annotations

import pytest

from casework.base.errors import UsageError
from casework.documents.sheets.records import RecordRow, Records
from casework.sdk.importing.cases import CaseNames, naming_column
from casework.types.case import CaseDocument, CaseRecord


def _case(id: str, *files: str, key: str = "", **fields: str) -> CaseRecord:
    members = tuple(CaseDocument(f"{id}{at}", file) for at, file in enumerate(files))
    return CaseRecord(id, "sheet", key or id, key or id, members, dict(fields))


NAMES = CaseNames(
    [
        _case("c1", "inbox/Bill 17.PDF"),
        _case("c2", "002.jpg"),
        _case("c3", "a.pdf", "b.pdf", key="CLM-204"),
        _case("c4", "a.pdf", policy="P-9"),
    ]
)


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("inbox/bill 17.pdf", "c1"),
        ("C:\\scans\\BILL  17.pdf", "c1"),
        ("bill 17", "c1"),
        ("bill 17.docx", "c1"),
        ("002.jpg", "c2"),
        ("002", "c2"),
        ("2", "c2"),
        ("clm-204", "c3"),
        ("b", "c3"),
        ("p-9", "c4"),
    ],
)
def test_a_case_answers_to_its_files_with_and_without_folder_and_ending(
    text: str, case: str
) -> None:
    assert NAMES.find(text) == {case}


def test_a_name_of_several_cases_finds_them_all_and_an_unknown_one_none() -> None:
    assert NAMES.find("a.pdf") == {"c3", "c4"}
    assert NAMES.find("c.pdf") == frozenset()
    assert NAMES.find("") == frozenset()
    assert NAMES.find("1.250,00") == frozenset()


def _records(*rows: tuple[str, ...]) -> Records:
    heads = {at: f"h{at}" for at in range(len(rows[0]))}
    made = (RecordRow(at, dict(enumerate(row))) for at, row in enumerate(rows, 2))
    return Records("", heads, tuple(made))


def test_the_column_that_names_most_cases_is_found() -> None:
    records = _records(("2", "bill 17", "x"), ("2", "002", "y"), ("2", "clm-204", "z"))
    assert naming_column(records, NAMES) == 1


def test_a_file_that_names_no_case_is_refused_with_its_columns() -> None:
    with pytest.raises(UsageError, match="No column of the file names a case") as caught:
        naming_column(_records(("x", "y")), NAMES)
    assert "h0 and h1" in str(caught.value)
