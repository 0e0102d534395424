"""Small whole things to store: an outcome with a citation and a span, a case with a document."""

from __future__ import annotations

from dataclasses import replace

from casework.base.hashing import digest, sha256_text
from casework.base.ids import uuid7
from casework.store.records import DocumentRecord
from casework.store.store import Store
from casework.types.case import CaseDocument, CaseRecord, CellWrite, Outcome, Recorded
from casework.types.document import Box
from casework.types.label import Label
from casework.types.proof import Citation, Proof
from casework.types.span import MessagePart, Span
from casework.types.usage import Usage
from casework.types.values import Json
from casework.types.verdict import Verdict, VerdictKind

AT = "2026-01-02T03:04:05.000Z"
SHA = sha256_text("invoice")
MEANING = sha256_text("the total")
PROMPT = "What is the total of this invoice? " * 20


def citation(quote: str = "Total 12.30", page: int = 1, document: str = SHA) -> Citation:
    box = Box(72.0, 100.5, 140.25, 112.0)
    return Citation(document, "invoice.pdf", page, 3, 14, quote, (box,), "exact", "yes")


def span(name: str = "chat", prompt: str = PROMPT) -> Span:
    parts = (MessagePart("user", prompt), MessagePart("assistant", '{"value": "12.30"}'))
    return Span(uuid7(), "", name, 1_700_000_000_000_000_000, 5_000, "ok", {"tokens": 4}, parts)


def outcome(value: Json = "12.30") -> Outcome:
    return Outcome(
        "value",
        value,
        proof=Proof("quoted", (citation(),)),
        label=Label(frozenset({SHA})),
        model="scripted",
        usage=Usage(1, 400, 20, 0, 0.001, 0.05),
        spans=(span(),),
        signals={"chance": 0.75, "absent": 0.0},
    )


def recorded(
    told: Outcome | None = None,
    *,
    meaning: str = MEANING,
    seed: str = "a",
    attempt: int = 0,
    at: str = AT,
    run_id: str = "run",
) -> Recorded:
    inputs = {"documents": sha256_text(seed)}
    mark = digest({"meaning": meaning, "inputs": inputs})
    return Recorded(uuid7(), mark, attempt, meaning, inputs, told or outcome(), run_id, at)


def stored(written: Recorded) -> Recorded:
    """What reading gives back: all but the spans, which are asked for by themselves."""
    return replace(written, outcome=replace(written.outcome, spans=()))


def write(case: CaseRecord, step: str, written: Recorded) -> CellWrite:
    told = written.outcome
    state = told.kind
    return CellWrite(
        case.worksheet_id, case.id, step, state, told.reason, written.at, recorded=written
    )


def verdict(
    case: CaseRecord, step: str, kind: VerdictKind, value: Json = None, absence: str = ""
) -> Verdict:
    return Verdict(uuid7(), case.id, step, kind, value, absence, "", "Ada", AT, "seen on page 1")


async def add_document(store: Store, text: str = "invoice", name: str = "a.pdf") -> CaseDocument:
    data = text.encode()
    sha256 = store.blobs.put(data)
    await store.documents.put(
        DocumentRecord(sha256, name, len(data), "application/pdf", "read", "", "pdf", "1")
    )
    return CaseDocument(sha256, name, "application/pdf", reader="pdf", reader_version="1")


async def add_case(store: Store, key: str = "one", worksheet_id: str = "") -> CaseRecord:
    if not worksheet_id:
        sheets = await store.worksheets.all()
        sheet = sheets[0] if sheets else await store.worksheets.add("Invoices", "invoices.md")
        worksheet_id = sheet.id
    return await store.cases.add(worksheet_id, key, key.title())
