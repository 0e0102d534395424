"""docs/cases.md tells every state, grouping, format and kind of document."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import get_args

import pytest

from casework.base.settings import SETTINGS
from casework.documents.reading import Limits
from casework.sdk.grouping import GROUPINGS
from casework.types.document import DocumentState
from tests.docs.pages import page, rows


def _first_cells() -> set[str]:
    return {row[0].strip("`") for row in rows(page("cases.md"))}


def _kinds() -> dict[str, object]:
    text = (files("casework.documents") / "data" / "kinds.json").read_text("utf-8")
    kinds: dict[str, object] = json.loads(text)["kinds"]
    return kinds


@pytest.mark.parametrize("state", get_args(DocumentState))
def test_every_state_of_a_document_has_its_row(state: str) -> None:
    assert state.replace("_", " ") in _first_cells()


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_everything_that_can_make_a_case_has_its_row(grouping: str) -> None:
    assert grouping in _first_cells()


@pytest.mark.parametrize("kind", sorted(_kinds()))
def test_every_kind_of_document_has_its_row(kind: str) -> None:
    assert kind in _first_cells()


def test_the_limits_are_told_as_they_are() -> None:
    text, limits = page("cases.md"), Limits()
    defaults = {setting.name: setting.default for setting in SETTINGS}
    assert f"{defaults['parse.file']} MB, {limits.pages:,} pages" in text
    assert f"{limits.characters // 1_000_000} million letters" in text
    assert f"more than {limits.seconds:g} seconds" in text
    assert f"At most {limits.members} files and\n{limits.member_bytes >> 20} MB" in text
