"""docs/store.md tells every table of the newest schema, with its columns."""

from __future__ import annotations

import re

from casework.store.migrate import shipped
from casework.store.schema import tables
from tests.docs.pages import page


def _told() -> dict[str, str]:
    """What the page says of each table: the paragraph that its name stands in."""
    _, _, listed = page("store.md").partition("\n## Tables")
    return {
        name: paragraph
        for paragraph in listed.split("\n\n")
        for name in re.findall(r"\*\*([a-z_]+)\*\*", paragraph)
    }


def test_it_tells_every_table_and_no_other() -> None:
    assert set(_told()) - {"meta"} == {table.name for table in tables()} - {"meta"}


def test_it_tells_every_column_in_the_words_of_the_schema() -> None:
    told = _told()
    untold = [
        f"{table.name}.{column}"
        for table in tables()
        for column in table.columns
        if not re.search(rf"`(?:[^`]*[ ,])?{column}`", told[table.name])
    ]
    assert untold == []


def test_it_names_the_newest_schema_version() -> None:
    assert f"## Tables (schema version {len(shipped())})" in page("store.md")
