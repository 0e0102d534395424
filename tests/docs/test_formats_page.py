"""docs/formats.md names every format of the registry with its endings, and the limits."""

from __future__ import annotations

import pytest

from casework.base.settings import SETTINGS
from casework.documents.formats.own import READERS
from casework.documents.reading import Limits
from tests.docs.pages import page, rows


def _rows() -> dict[str, tuple[str, ...]]:
    return {row[0].strip("`"): row for row in rows(page("formats.md"))}


@pytest.mark.parametrize("name", sorted({reader.format for reader in READERS}))
def test_every_format_has_its_row_with_its_endings(name: str) -> None:
    row = _rows().get(name)
    assert row is not None, f"docs/formats.md has no row for {name}"
    endings = {each for reader in READERS if reader.format == name for each in reader.suffixes}
    missing = [ending for ending in sorted(endings) if f"`.{ending}`" not in row[1]]
    assert not missing


def test_the_limits_are_told_as_they_are() -> None:
    told, limits = {row[0]: row[1] for row in rows(page("formats.md"))}, Limits()
    defaults = {setting.name: setting.default for setting in SETTINGS}
    assert told["a file"] == f"{defaults['parse.file']} MB"
    assert told["pages"] == f"{limits.pages:,}"
    assert told["letters of text"] == f"{limits.characters // 1_000_000} million"
    assert told["time to read it"] == f"{limits.seconds:g} seconds"
    assert told["memory"] == f"{limits.memory_mb:,} MB"
    assert told["files in a mail or another document"] == f"{limits.members}"
    assert told["files in an archive"] == f"{limits.packed:,}"
    assert told["mails in a mailbox"] == f"{limits.mails:,}"
    assert told["bytes out of one file"] == f"{limits.member_bytes >> 20} MB"
