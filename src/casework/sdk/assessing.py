"""Reports of documents: kept when a document is read, made up for where there is none yet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from casework.documents.quality.assess import VERSION as QUALITY_VERSION
from casework.documents.quality.assess import assessed as assess
from casework.documents.quality.flags import flags_of
from casework.documents.quality.similar import VERSION as LIKENESS_VERSION
from casework.documents.quality.similar import alike
from casework.store.assessments import Assessment
from casework.store.store import Store
from casework.types.document import Document
from casework.types.needs import DocumentSource
from casework.types.quality import Assessed

SERIOUS = "!"
"""Before the code of a serious flag where flags are kept."""
VERSION = f"{QUALITY_VERSION}.{LIKENESS_VERSION}"


async def keep_report(store: Store, document: Document, found: Assessed | None = None) -> None:
    """Keep the report of a document that was read; it is made here when nobody did."""
    if found is None:
        found = await asyncio.to_thread(assess, document)
    told = flags_of(document.state, document.reason, found.quality)
    flags = [f"{SERIOUS}{flag.code}" if flag.serious else flag.code for flag in told]
    await store.assessments.put(document.sha256, VERSION, flags, found, alike)


async def reports_of(
    store: Store, source: DocumentSource, sha256s: Sequence[str]
) -> dict[str, Assessment]:
    """The reports of these documents; those that are missing, or that earlier checks made, are made
    now."""
    found = await store.assessments.many(sha256s)
    stale = [
        sha256
        for sha256 in dict.fromkeys(sha256s)
        if sha256 not in found or found[sha256].version != VERSION
    ]
    for sha256 in stale:
        await keep_report(store, await source.read(sha256))
    if stale:
        found |= await store.assessments.many(stale)
    return found
