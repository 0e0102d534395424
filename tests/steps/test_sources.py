"""What of a case could be read, and what could not."""

from __future__ import annotations

from dataclasses import replace

from casework.steps.extract import ExtractStep
from casework.steps.sources import Sources, unreadable
from casework.types.document import Document, Page
from tests.steps.material import Shelf, task


class Scanned(Shelf):
    """A shelf whose documents have a second page that is only a picture."""

    async def read(self, sha256: str) -> Document:
        document = await super().read(sha256)
        picture = Page(2, 595.0, 842.0, "", (), (), (), state="needs_ocr")
        return replace(document, pages=(*document.pages, picture))


async def test_a_page_that_is_only_a_picture_is_named() -> None:
    shelf = Scanned({"bill.txt": "Thank you.\n"})
    lost = unreadable(shelf.members, await shelf.sources())
    assert lost == "bill.txt (page 2: only a picture)"


async def test_a_value_that_may_stand_on_a_picture_is_unreadable_and_not_not_found() -> None:
    shelf = Scanned({"bill.txt": "Thank you.\n"})
    made = task("# P\n\n## Licence number\n- type: number\n", "licence-number", shelf)
    outcome = await ExtractStep(Sources(shelf)).run(made)
    assert outcome.absence == "unreadable"
    assert "page 2" in outcome.reason


async def test_what_was_read_whole_leaves_nothing_to_say() -> None:
    shelf = Shelf({"bill.txt": "Thank you.\n"})
    assert unreadable(shelf.members, await shelf.sources()) == ""


async def test_documents_are_opened_once_and_in_their_order() -> None:
    shelf = Shelf({"a.txt": "One.\n", "b.txt": "Two.\n", "torn.pdf": "%PDF-1.4 torn"})
    sources = Sources(shelf)
    first = await sources.open(tuple(shelf.members))
    assert [source.member.name for source in first] == ["a.txt", "b.txt"]
    again = await sources.open(tuple(shelf.members))
    assert all(one is other for one, other in zip(first, again, strict=True))
