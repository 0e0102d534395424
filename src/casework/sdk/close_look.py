"""A close look at one document: its text against what recognition reads in its pictures. Takes
seconds a page, so it is done only when somebody asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from casework.base.errors import DocumentError
from casework.documents.quality.assess import assessed
from casework.documents.quality.flags import pages_named
from casework.documents.quality.unlike import unlike
from casework.sdk.assessing import keep_report
from casework.sdk.wire import House
from casework.types.document import Page

OnPage = Callable[[int, int, str], None]
"""Told of pages that were looked at, all pages to be looked at, and what is looked at now."""

_FROM_FILES = frozenset({"pdf", "pdf_oxide"})
"""Readers whose pages have both a text and a picture of their own; all others are drawn by us."""


async def look_closely(
    house: House, sha256: str, password: str = "", on_page: OnPage | None = None
) -> None:
    """Look at every page with a text of its own, and keep the report with what differs. Raises
    `DocumentError` when there is no engine for recognition; also when pages could not be looked
    at, after the report of the others was kept."""
    document = await house.parsing.read(sha256)
    pages = [page for page in document.pages if page.words and page.read_by != "ocr"]
    if document.reader not in _FROM_FILES or not pages:
        return
    path = await asyncio.to_thread(house.store.blobs.path_of, sha256)
    done = 0

    failed: dict[int, DocumentError] = {}

    async def one(page: Page) -> Page:
        nonlocal done
        try:
            seen = await house.recognition.look(path, document, page.number, password=password)
        except DocumentError as error:
            failed[page.number] = error
            return page
        finally:
            done += 1
            if on_page is not None:
                on_page(done, len(pages), f"page {page.number}")
        return replace(page, remarks=(*page.remarks, *unlike(page, seen)))

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(page)) for page in pages]
    looked = {page.number: page for page in (task.result() for task in tasks)}
    seen = replace(document, pages=tuple(looked.get(page.number, page) for page in document.pages))
    await keep_report(house.store, seen, await asyncio.to_thread(assessed, seen))
    if failed:
        first = failed[min(failed)]
        told = pages_named(failed, len(document.pages))
        raise DocumentError(f"Not compared: {told}. {first.message}", fix=first.fix)
