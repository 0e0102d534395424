"""Links between the pages lead somewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, anchors, fenced, links, pages

_ELSEWHERE = ("http://", "https://", "mailto:")


def broken_links(path: Path) -> list[str]:
    """The relative links of a page that lead to no file or to no heading."""
    broken = []
    for target in links(path.read_text("utf-8")):
        if target.startswith(_ELSEWHERE):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        known = file.exists() and file.is_relative_to(ROOT)
        if known and anchor and file.suffix == ".md":
            known = anchor in anchors(file.read_text("utf-8"))
        if not known:
            broken.append(target)
    return broken


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_a_heading_that_exist(path: Path) -> None:
    assert broken_links(path) == []


def test_a_link_to_nowhere_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("[a](gone.md) `[b](code.md)` [c](#no-heading)\n# Heading\n", "utf-8")
    assert broken_links(path) == ["gone.md", "#no-heading"]


@pytest.mark.parametrize("path", pages(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_fenced_block_is_closed(path: Path) -> None:
    text = path.read_text("utf-8")
    assert all(block.closed for block in fenced(text))
