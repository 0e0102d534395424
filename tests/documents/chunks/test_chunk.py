"""Chunks: every word once, nothing cut that belongs together, each with its place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.documents.chunks.chunk import Bounds, Chunk, chunks_of, estimated_tokens
from casework.documents.compose import Row, RowBlock, compose
from casework.types.document import BlockKind, Document, Page
from casework.types.table import Table, TableCell

_KINDS: tuple[BlockKind, ...] = ("heading", "paragraph", "list", "table", "header", "code")


def page_of(number: int, *blocks: tuple[BlockKind, list[str]], level: int = 1) -> Page:
    """A page of blocks, each a list of lines; a tab in a line parts cells of one row."""
    made = []
    y = 50.0
    for kind, lines in blocks:
        rows: list[Row] = []
        for line in lines:
            for at, cell in enumerate(line.split("\t")):
                words = [
                    (50.0 + 20 * n, y, 65.0 + 20 * n, y + 10, word)
                    for n, word in enumerate(cell.split())
                ]
                rows.append(Row(words, f"line {len(rows) + 1}", at > 0))
            y += 12
        made.append(RowBlock(kind, rows, level if kind == "heading" else 0))
    return compose(number, 595, 842, made)


def document_of(*pages: Page, tables: tuple[Table, ...] = ()) -> Document:
    return Document("d" * 64, "text/plain", "test", "1", "read", pages=pages, tables=tables)


def words_in(document: Document, chunks: list[Chunk]) -> dict[tuple[int, int], int]:
    """How many chunks hold each word, by page and start; none may be cut."""
    held: dict[tuple[int, int], int] = {}
    for page in document.pages:
        for word in page.words:
            whole = [
                c for c in chunks
                if c.page == page.number and c.start <= word.start and word.end <= c.end
            ]  # fmt: skip
            touched = [
                c for c in chunks
                if c.page == page.number and c.start < word.end and word.start < c.end
            ]  # fmt: skip
            assert whole == touched, page.text[word.start : word.end]
            held[page.number, word.start] = len(whole)
    return held


_LINE = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=("Z", "C")), min_size=1, max_size=30),
    min_size=1,
    max_size=12,
).map(" ".join)
_ROW = st.lists(_LINE, min_size=1, max_size=4).map("\t".join)
_BLOCK = st.tuples(st.sampled_from(_KINDS), st.lists(_ROW, min_size=1, max_size=6))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.lists(_BLOCK, max_size=5), min_size=1, max_size=4),
    st.integers(1, 200),
    st.integers(0, 60),
)
def test_every_word_is_in_one_chunk_and_none_is_cut(
    pages: list[list[tuple[BlockKind, list[str]]]], letters: int, overlap: int
) -> None:
    document = document_of(*(page_of(n, *blocks) for n, blocks in enumerate(pages, 1)))
    chunks = chunks_of(document, Bounds(letters, overlap=overlap))
    assert all(count == 1 for count in words_in(document, chunks).values())
    for chunk in chunks:
        assert len(chunk.text) <= letters or " " not in chunk.text.replace("\n", " ").replace(
            "\t", " "
        )
        assert document.pages[chunk.page - 1].text[chunk.start : chunk.end] == chunk.text
    assert len({chunk.id for chunk in chunks}) == len(chunks)
    assert chunks == chunks_of(document, Bounds(letters, overlap=overlap))


def test_a_heading_begins_a_chunk_and_stands_above_what_follows() -> None:
    page = page_of(
        1,
        ("heading", ["Terms"]),
        ("paragraph", ["Pay within thirty days."]),
        ("heading", ["Law"]),
        ("paragraph", ["German law applies."]),
    )
    first, second = chunks_of(document_of(page))
    assert (first.headings, second.headings) == (("Terms",), ("Law",))
    assert second.text == "Law\n\nGerman law applies."
    assert second.told == second.text


def test_headings_reach_over_pages_and_end_with_the_next_of_their_level() -> None:
    document = document_of(
        page_of(1, ("heading", ["Part one"])),
        page_of(2, ("paragraph", ["It goes on."])),
        page_of(3, ("heading", ["Part two"]), ("paragraph", ["Another."])),
    )
    paths = [chunk.headings for chunk in chunks_of(document)]
    assert paths == [("Part one",), ("Part one",), ("Part two",)]


def test_a_table_that_goes_on_repeats_its_headings_as_context() -> None:
    rows = ["Item\tAmount", *(f"Thing number {n}\t{n}.00" for n in range(40))]
    document = document_of(page_of(1, ("table", rows[:21])), page_of(2, ("table", rows[21:])))
    chunks = chunks_of(document, Bounds(200))
    assert chunks[0].context == ""
    assert {chunk.context for chunk in chunks[1:]} == {"Item | Amount"}
    assert {chunk.page for chunk in chunks} == {1, 2}
    lines = {line for chunk in chunks for line in chunk.text.split("\n")}
    assert lines == set(rows), "no row is cut"


def test_a_stated_table_keeps_rows_of_several_lines_whole() -> None:
    rows = [f"{n}\tlong words" if half else f"{n}\tof row {n}" for n in range(9) for half in (1, 0)]
    page = page_of(1, ("table", ["No\tWhat", *rows]))
    cells = [TableCell(0, 0, "No", 1, ((0, 1),)), TableCell(0, 1, "What", 1, ((1, 2),))]
    cells += [TableCell(n + 1, 1, "", 1, ((2 + 7 * n, 9 + 7 * n),)) for n in range(9)]
    table = Table(tuple(cells), 10, 2, header_rows=1, title="List", stated=True)
    chunks = chunks_of(document_of(page, tables=(table,)), Bounds(60))
    assert len(chunks) > 4
    for chunk in chunks[1:]:
        assert chunk.context == "List\nNo | What"
        assert chunk.text.startswith(tuple("0123456789"))
        assert "long words" in chunk.text.split("\n")[0]
        assert "of row" in chunk.text.split("\n")[-1]


def test_a_long_paragraph_is_cut_at_ends_of_sentences_into_even_pieces() -> None:
    text = " ".join(f"Sentence number {n} has some words in it." for n in range(30))
    chunks = chunks_of(document_of(page_of(1, ("paragraph", [text]))), Bounds(300))
    assert all(chunk.text.endswith(".") for chunk in chunks)
    assert min(len(chunk.text) for chunk in chunks) > 100


def test_a_word_that_is_too_long_stays_whole() -> None:
    page = page_of(1, ("paragraph", ["a " + "b" * 900 + " c"]))
    chunks = chunks_of(document_of(page), Bounds(50))
    assert "b" * 900 in {chunk.text for chunk in chunks}


def test_overlap_repeats_the_end_of_the_chunk_before_from_a_word_on() -> None:
    text = " ".join(f"word{n}" for n in range(60))
    chunks = chunks_of(document_of(page_of(1, ("paragraph", [text]))), Bounds(100, overlap=25))
    assert chunks[0].lead == ""
    for before, chunk in pairwise(chunks):
        assert chunk.lead
        assert before.text.endswith(chunk.lead)
        assert before.text[-len(chunk.lead) - 1] == " "
        assert chunk.told.startswith(chunk.lead)


def test_the_same_words_have_the_same_id_in_another_document_and_repeats_are_told_apart() -> None:
    one = document_of(page_of(1, ("paragraph", ["Alpha"])), page_of(2, ("paragraph", ["Alpha"])))
    other = document_of(page_of(1, ("paragraph", ["New"])), page_of(2, ("paragraph", ["Alpha"])))
    first, again = chunks_of(one)
    assert first.id != again.id
    assert chunks_of(other)[1].id == first.id


def test_a_bound_in_tokens_makes_chunks_of_chinese_shorter() -> None:
    latin = " ".join(["twenty letters a word"] * 40)
    wide = " ".join(["我们今天在这里工作"] * 40)
    longest = []
    for text in (latin, wide):
        page = page_of(1, ("paragraph", [text]))
        chunks = chunks_of(document_of(page), Bounds(tokens=50))
        longest.append(max(len(chunk.text) for chunk in chunks))
    assert longest[0] > 2 * longest[1]
    assert estimated_tokens(wide) > 300


def test_pages_without_text_give_no_chunks() -> None:
    assert chunks_of(document_of(page_of(1), page_of(2))) == []


def test_a_chunk_bears_the_native_place_of_its_first_line() -> None:
    page = page_of(1, ("paragraph", ["one", "two"]), ("paragraph", ["three"]))
    assert chunks_of(document_of(page), Bounds(8))[-1].place == "line 1"


@pytest.mark.parametrize("letters", [0, -5])
def test_bounds_that_make_no_sense_still_give_every_word(letters: int) -> None:
    chunks = chunks_of(document_of(page_of(1, ("paragraph", ["a b"]))), Bounds(letters))
    assert [chunk.text for chunk in chunks] == ["a", "b"]
