"""`casework split`, drawn: the proposal with its reasons, what was cut, and what became of it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from casework.base.errors import UsageError
from casework.cli.parts import draw_bundles, draw_history, draw_split
from casework.cli.splitting import pages_of
from casework.sdk.splitting import Fate, PartView, SplitView
from casework.sdk.views import Added, AddedCase, AddedFile
from casework.types.split import PlacedPart, SplitRecord

PARTS = (
    PartView(1, 1, 2, "INVOICE", "A-101", "Acme", 1.0, "the first page of the file", "s.pdf 1-2"),
    PartView(2, 3, 3, "INVOICE", "B-202", "Bolt", 0.95, "it says page 1 of 1", "s.pdf 3"),
    PartView(3, 4, 6, "", "", "Dear Ann", 0.6, "it has another margin", "s.pdf 4-6"),
)  # fmt: skip
VIEW = SplitView("d" * 64, "s.pdf", 6, split=False, bundle=True, made="cases", parts=PARTS)


def drawn(draw: object, *told: object, **named: object) -> str:
    out = io.StringIO()
    draw(Console(file=out, width=100), *told, **named)  # type: ignore[operator]
    return out.getvalue()


def test_a_proposal_shows_pages_titles_reasons_and_how_to_go_on() -> None:
    text = drawn(draw_split, VIEW, done=False)
    assert "s.pdf: 6 pages; it looks like 3 documents." in text
    assert "pages 1-2  INVOICE · A-101" in text
    assert "sure: it says page 1 of 1" in text
    assert "perhaps: it has another margin" in text
    assert "begins: Dear Ann" in text
    assert "casework split s.pdf --accept" in text


def test_what_was_cut_shows_cases_and_those_that_are_kept_aside() -> None:
    fates: tuple[Fate, ...] = ("stays", "changes", "new")
    parts = tuple(
        replace(part, case_id=str(part.number), case_name=part.name, fate=fate)
        for part, fate in zip(PARTS, fates, strict=True)
    )
    view = replace(VIEW, split=True, parts=parts, gone=("s 5-6",))
    text = drawn(draw_split, view, done=True)
    assert "6 pages cut into 3 parts, each a case" in text
    assert "case s.pdf 1-2 (as it was)" in text
    assert "other pages now" in text
    assert "s 5-6 has no pages any more" in text
    assert "casework plan" in text


def test_one_document_is_told_as_one() -> None:
    view = replace(VIEW, parts=PARTS[:1], bundle=False)
    assert "which look like one document" in drawn(draw_split, view, done=False)


def test_add_tells_how_to_cut_a_bundle() -> None:
    file = AddedFile("my scan.pdf", "d" * 64, "read", pages=6, parts=3)
    added = Added("file", (AddedCase("1", "my scan", True, (file,)),))
    assert 'my scan.pdf looks like 3 documents: casework split "my scan.pdf"' in drawn(
        draw_bundles, added, ()
    )
    cut = replace(VIEW, split=True)
    assert "looks like" not in drawn(draw_bundles, added, (cut,))


def test_the_history_tells_who_cut_a_file_and_how() -> None:
    part = PlacedPart(1, 2, "s.pdf 1-2", (), "1")
    at = "2026-01-02T03:04:05.000Z"
    record = SplitRecord("w", "d", "h", "cut", "cases", (part,), "Ann", at)
    text = drawn(draw_history, (record,))
    assert "2026-01-02 03:04:05  cut  by Ann\n      into cases: pages 1-2\n" in text
    assert "never split" in drawn(draw_history, ())


@pytest.mark.parametrize("text", ["x", "3,x", "0", "-1"])
def test_what_names_no_pages_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="does not name pages"):
        pages_of(text)


def test_pages_are_read_between_commas() -> None:
    assert pages_of(" 3, 5,9,") == (3, 5, 9)
