"""How much of a long document has to be read to read the passage that answers a question.

Run: .venv/bin/python benchmarks/long.py [--data ../shared/data/documents] [--json]

Two kinds of long documents. *Contracts* are 400 pages from a generator: each holds twelve clauses,
one for each question, among pages that speak of similar things; half of the questions are asked in
another language or in other words than the clause. *NDAs* are the development NDAs joined into
documents of about 400 pages: every agreement in them has a passage for each question, and all of
these count, so that a window of 10 % is about as large as what there is to find.

`recall` is the share of questions whose passage is in what is read first, with a window of so
large a share of the document's letters; `ms_each` the CPU time for choosing, the first question of
a document (which builds its index) included. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from casework.documents.compose import Row, RowBlock, compose
from casework.documents.open import parse
from casework.documents.reading import Limits
from casework.procedures.compile import compile_procedure
from casework.steps.long import LongDocuments
from casework.steps.query import sought_by_step
from casework.steps.sources import Source, Sources
from casework.types.case import CaseDocument
from casework.types.document import Document, Page
from casework.types.procedure import Step

SHARES = (0.05, 0.10, 0.25)
PAGES = 400
SEED = 20260901


@dataclass(frozen=True)
class Question:
    """A step, the pages of which any one answers it, and whether a text bears the passage."""

    step: Step
    pages: frozenset[int]
    bears: Callable[[str], bool]


_CLAUSES = (
    (
        "Governing law",
        "",
        "text",
        "This Agreement shall be governed by and construed in accordance with the laws "
        "of the State of Oregon.",
    ),
    (
        "Gerichtsstand",
        "",
        "text",
        "The courts of Portland shall have exclusive jurisdiction over any dispute "
        "arising out of this Agreement.",
    ),
    (
        "Notice period",
        "How long before the end notice must be given.",
        "quantity",
        "Either party may terminate this Agreement by giving ninety (90) days' prior "
        "written notice to the other party.",
    ),
    (
        "Kündigungsfrist",
        "Mit welcher Frist gekündigt werden kann.",
        "quantity",
        "Either party may cancel this Agreement upon notice of six months to the end of"
        " a calendar year.",
    ),
    (
        "Liability cap",
        "The most that the supplier can owe.",
        "money",
        "The total aggregate liability of Supplier under this Agreement shall not "
        "exceed EUR 2,500,000.",
    ),
    (
        "Late payment interest",
        "",
        "percent",
        "Overdue amounts bear interest at a rate of 1.5 % per month from the due date "
        "until paid in full.",
    ),
    (
        "Effective date",
        "When the agreement takes effect.",
        "date",
        "This Agreement is entered into and takes effect as of March 14, 2023 (the "
        "“Effective Date”).",
    ),
    (
        "Monthly fee",
        "What the customer pays each month.",
        "money",
        "Customer shall pay a monthly service charge of EUR 18,400.00, invoiced in arrears.",
    ),
    (
        "Insurance",
        "The cover that the supplier has to keep.",
        "money",
        "Supplier shall maintain professional indemnity insurance with a limit of not "
        "less than USD 5,000,000 per claim.",
    ),
    (
        "Change of control",
        "What happens when the supplier is sold.",
        "text",
        "If Supplier undergoes a change of control, Customer may terminate this "
        "Agreement within sixty days.",
    ),
    (
        "Data breach notice",
        "How soon a breach of personal data must be reported.",
        "quantity",
        "Supplier shall notify Customer of any personal data breach without undue delay"
        " and in any event within 48 hours.",
    ),
    (
        "Auditor",
        "Who may audit the books.",
        "text",
        "The books and records may be audited once a year by Hartmann & Lowe LLP at the"
        " expense of Customer.",
    ),
)
_SUBJECTS = (
    "Supplier",
    "Customer",
    "the Parties",
    "each Party",
    "the Project Board",
    "the Agent",
)
_DEEDS = (
    "shall keep records of",
    "may from time to time review",
    "shall without delay inform the other of",
    "is responsible for",
    "shall bear the cost of",
    "may not assign",
    "shall deliver",
    "agrees on",
    "shall pay for",
    "may terminate work on",
    "shall maintain",
    "shall notify in writing of",
)
_THINGS = (
    "the services described in Schedule {n}",
    "all materials of work package {n}",
    "the fee for item {n}",
    "any change request number {n}",
    "the acceptance tests of release {n}",
    "the personnel of team {n}",
    "the software listed under {n}",
    "the premises at site {n}",
    "the reports for month {n}",
    "any claim of a third party under clause {n}",
    "the confidential information of part {n}",
    "the insurance certificates in annex {n}",
    "the invoices of period {n}",
    "the data in system {n}",
)
_ENDS = (
    "within {n} days",
    "as set out in Annex {n}",
    "in accordance with good industry practice",
    "unless the parties agree otherwise in writing",
    "for the amount of EUR {n}.00",
    "subject to the terms of this Agreement",
    "on or before 1 March 20{n}",
    "to the extent permitted by law",
)


def contract(seed: int) -> tuple[Document, list[Question]]:
    """A contract of 400 pages and the questions to it."""
    chance = random.Random(seed)
    places = dict(zip(chance.sample(range(3, PAGES + 1), len(_CLAUSES)), _CLAUSES, strict=True))
    pages, questions = [], []
    for number in range(1, PAGES + 1):
        paragraphs = [_paragraph(chance) for _ in range(7)]
        clause = places.get(number)
        if clause is not None:
            paragraphs.insert(chance.randrange(8), clause[3])
            bears = partial(_has_words, words=clause[3])
            questions.append(Question(_step(*clause[:3]), frozenset({number}), bears))
        pages.append(_page(number, paragraphs))
    return _document(pages), questions


def _paragraph(chance: random.Random) -> str:
    def sentence() -> str:
        words = (chance.choice(_SUBJECTS), chance.choice(_DEEDS), chance.choice(_THINGS))
        said = f"{' '.join(words)} {chance.choice(_ENDS)}."
        return said[0].upper() + said[1:].replace("{n}", str(chance.randrange(10, 99)))

    return " ".join(sentence() for _ in range(4))


def _page(number: int, paragraphs: list[str]) -> Page:
    blocks: list[RowBlock] = []
    y = 60.0
    for paragraph in paragraphs:
        words = paragraph.split()
        rows: list[Row] = []
        for at in range(0, len(words), 14):
            line = enumerate(words[at : at + 14])
            rows.append(Row([(60.0 + 30 * n, y, 85.0 + 30 * n, y + 10, w) for n, w in line]))
            y += 12
        blocks.append(RowBlock("paragraph", rows))
        y += 8
    return compose(number, 595, 842, blocks)


def _document(pages: list[Page]) -> Document:
    return Document("0" * 64, "application/pdf", "bench", "1", "read", pages=tuple(pages))


def _step(name: str, instruction: str, type: str) -> Step:
    text = f"# P\n\n## {name}\n- type: {type}\n{instruction}\n"
    return compile_procedure(text).steps[0]


_NDA = (
    ("Governing law", "The state or country whose law governs it.", "text", "jurisdiction"),
    ("Effective date", "The date of the agreement.", "date", "effective_date"),
    ("Term", "How long the agreement lasts.", "quantity", "term"),
)  # fmt: skip


def joined_ndas(folder: Path, most: int) -> Iterator[tuple[Document, list[Question]]]:
    """The NDAs of the development set one behind the other, as documents of about 400 pages."""
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text().splitlines()]
    pages: list[Page] = []
    questions: list[Question] = []
    given = 0
    for row in rows:
        name = row.get("file") or f"docs/{row['id']}.pdf"
        document = parse((folder / name).read_bytes(), name, Limits()).document
        for title, instruction, type, field in _NDA:
            found = {
                len(pages) + n
                for n, page in enumerate(document.pages, 1)
                if _bears(page.text, field, row["values"].get(field))
            }
            if found:
                bears = partial(_bears, field=field, value=row["values"].get(field))
                step = _step(title, instruction, type)
                questions.append(Question(step, frozenset(found), bears))
        pages += [replace(p, number=len(pages) + n) for n, p in enumerate(document.pages, 1)]
        if len(pages) >= PAGES:
            yield _document(pages), questions
            pages, questions, given = [], [], given + 1
            if given == most:
                return


def _has_words(text: str, words: str) -> bool:
    return words in " ".join(text.split())


def _bears(text: str, field: str, value: object) -> bool:
    """Whether a page bears the value in a passage of its kind."""
    if not value:
        return False
    told = str(value[0] if isinstance(value, list) else value).lower().replace("_", " ")
    low = " ".join(text.lower().split())
    if field == "jurisdiction":
        at = low.find("govern")
        while at >= 0:
            if told in low[at : at + 250]:
                return True
            at = low.find("govern", at + 1)
        return False
    if field == "effective_date":
        import datetime as dt

        try:
            day = dt.date.fromisoformat(told)
        except ValueError:
            return False
        month = day.strftime("%B").lower()
        return f"{month} {day.day}, {day.year}" in low
    number, _, unit = told.partition(" ")
    names = {"1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "12": "twelve",
             "18": "eighteen", "24": "twenty-four", "6": "six"}  # fmt: skip
    unit = unit.rstrip("s")
    told_as = (number, names.get(number, "?"))
    return bool(unit) and any(f"{n} {unit}" in low or f"{n}) {unit}" in low for n in told_as)


async def source_of(document: Document) -> Source:
    """The document as a step opens it."""

    class One:
        async def read(self, sha256: str) -> Document:
            return document

    member = CaseDocument(document.sha256, "long.pdf", "application/pdf")
    return (await Sources(One()).open((member,)))[0]


def measure(documents: list[tuple[Document, list[Question]]]) -> dict[str, object]:
    """Recall for each window, and milliseconds for each choice."""
    right = dict.fromkeys(SHARES, 0)
    asked = 0
    spent = 0.0
    for document, questions in documents:
        source = asyncio.run(source_of(document))
        letters = sum(len(page.text) for page in document.pages)
        long = LongDocuments([source])
        texts = {page.number: page.text for page in document.pages}
        asked += len(questions)
        for question in questions:
            for share in SHARES:
                began = time.process_time()
                windows = long.by_relevance(sought_by_step(question.step), int(letters * share))
                read = next(windows).shown[0].stretches
                spent += time.process_time() - began
                right[share] += any(
                    question.bears(" ".join(texts[page][a:b] for a, b in read.get(page, ())))
                    for page in question.pages
                )
    return {
        "questions": asked,
        "pages": sum(len(document.pages) for document, _ in documents),
        "window_share": list(SHARES),
        "recall": [round(right[share] / asked, 3) for share in SHARES],
        "ms_each": round(1000 * spent / (asked * len(SHARES)), 2),
    }


def main() -> None:
    """Measure both kinds."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/documents"))
    parser.add_argument("--json", action="store_true", help="only the last line")
    told = parser.parse_args()
    figures = {"contracts": measure([contract(SEED + n) for n in range(3)])}
    ndas = told.data / "ndas"
    if ndas.exists():
        figures["ndas"] = measure(list(joined_ndas(ndas, 1)))
    elif not told.json:
        print(f"{ndas} is not there: only generated contracts", file=sys.stderr)
    if not told.json:
        for name, found in figures.items():
            print(f"{name:<10} {found}", file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
