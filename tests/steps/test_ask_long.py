"""Documents beyond what one call may carry, over the wire: what is shown, what is read on, what is
said of it. The contract has 400 pages; its answer stands on page 317."""

from __future__ import annotations

import json
import re

import pytest

from casework.base.errors import ContextTooLongError
from casework.documents.compose import Row, RowBlock, compose
from casework.models.testing import ScriptedServer
from casework.steps.ask import AskStep
from casework.steps.reach import Reach
from casework.steps.sources import Sources
from casework.types.case import CaseDocument, CaseRecord, Outcome
from casework.types.document import Document
from casework.types.message import ModelAnswer, ModelRequest
from casework.types.needs import StepTask
from casework.types.usage import Usage
from casework.types.values import Json
from tests.steps.conftest import Model
from tests.steps.material import task

LAW = "This Agreement is governed by the laws of the State of Oregon."
PROCEDURE = """# P

## Governing law
The state whose law governs.

## Signed
- type: date

## Parties
- many: yes
All parties of the agreement.

## Items
- type: table: Item, Amount (money)
All items.
"""


class Book:
    """A `DocumentSource` of one document: the text of page n is what `pages` has for it, or words
    that say nothing."""

    def __init__(self, count: int, pages: dict[int, str], filler: int = 1_800) -> None:
        dull = "The committee met again and spoke at length of the weather and the harvest. "
        made = []
        for number in range(1, count + 1):
            text = f"{pages.get(number, '')}\n{dull * (filler // len(dull))}".strip()
            rows = []
            for at, line in enumerate(text.split("\n")):
                y = 40.0 + 12 * at
                told = enumerate(line.split())
                rows.append(Row([(50.0 + 5 * n, y, 54.0 + 5 * n, y + 10, w) for n, w in told]))
            made.append(compose(number, 595, 842, [RowBlock("paragraph", rows)]))
        self.document = Document("b" * 64, "text/plain", "book", "1", "read", pages=tuple(made))
        self.member = CaseDocument(
            "b" * 64, "book.pdf", words=self.document.word_count, pages=count
        )

    async def read(self, sha256: str) -> Document:
        return self.document

    def task(self, step: str) -> StepTask:
        asked = task(PROCEDURE, step)
        case = CaseRecord("case", "sheet", "k", "k", (self.member,))
        return StepTask(asked.procedure, asked.step, case, (self.member,), {}, asked.today)


class Clerk:
    """Implements `ModelCalls`: answers with all rows that it is shown, as a good model would."""

    def __init__(self) -> None:
        self.calls = 0

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        self.calls += 1
        found = re.findall(r"(Item \d+|Fee) at EUR (\d+\.00)", request.messages[-1].text)
        rows: list[Json] = [
            {"Item": a, "Amount": {"amount": b, "currency": "EUR"}} for a, b in found
        ]
        answer = said("found", rows, *(f"{a} at EUR {b}" for a, b in found))
        return ModelAnswer(json.dumps(answer), "clerk", usage=Usage(1, 10, 10))

    def forget(self, request: ModelRequest) -> None:
        pass


def said(status: str, value: Json = None, *quotes: str) -> Json:
    told: list[Json] = [{"document": "d1", "quote": quote} for quote in quotes]
    return {"status": status, "value": value, "quotes": told, "note": ""}


async def read(
    model: Model, server: ScriptedServer, book: Book, step: str, *rules: Json, reach: Reach
) -> Outcome:
    server.play({"rules": list(rules)})
    asking = AskStep(model.gateway, Sources(book), model.choice, reach=reach)
    return await asking.run(book.task(step))


def shown(server: ScriptedServer) -> list[str]:
    """What the model was shown, call after call."""
    found = []
    for request in server.requests():
        body = request["body"]
        assert isinstance(body, dict)
        messages = body["messages"]
        assert isinstance(messages, list)
        last = messages[-1]
        assert isinstance(last, dict)
        found.append(str(last["content"]))
    return found


ANSWER: Json = {"match": "State of Oregon", "answer": said("found", "Oregon", LAW)}
NOTHING: Json = {"answer": said("not_found")}


async def test_the_answer_on_page_317_of_400_is_found_in_one_call_within_the_window(
    model: Model, server: ScriptedServer
) -> None:
    book = Book(400, {1: "SERVICE AGREEMENT between Acme and Bolt", 317: LAW})
    outcome = await read(model, server, book, "governing-law", ANSWER, NOTHING, reach=Reach(60_000))
    (text,) = shown(server)
    assert len(text) < 65_000
    assert "SERVICE AGREEMENT" in text, "the first page is always shown"
    assert re.search(r"\[pages \d+–\d+ not shown\]", text)
    assert "Only the pages that seem to be most about this are shown" in text
    assert (outcome.value, outcome.proof.solid) == ("Oregon", True)
    assert outcome.proof.citations[0].page == 317
    assert re.search(r"read \d\d of 400 pages( and parts of \d+ more)? by rel", outcome.reason)
    (searched,) = outcome.proof.searched
    assert {1, 317} <= set(searched.pages)
    assert len(searched.pages) < 40


async def test_pages_stand_in_their_order_and_gaps_are_told(
    model: Model, server: ScriptedServer
) -> None:
    book = Book(400, {317: LAW})
    await read(model, server, book, "governing-law", ANSWER, reach=Reach(30_000))
    numbers = [int(n) for n in re.findall(r"\[page (\d+)\]", shown(server)[0])]
    assert numbers == sorted(numbers)
    gaps = re.findall(r"\[pages? (\d+)(?:–(\d+))? not shown\]", shown(server)[0])
    away = {n for a, b in gaps for n in range(int(a), int(b or a) + 1)}
    assert away | set(numbers) == set(range(1, 401))
    assert not away & set(numbers)


async def test_what_is_not_found_is_looked_for_in_the_next_best_pages_until_the_bound(
    model: Model, server: ScriptedServer
) -> None:
    book = Book(400, {})
    outcome = await read(
        model, server, book, "governing-law", NOTHING, reach=Reach(60_000, calls=4)
    )
    texts = shown(server)
    assert len(texts) == 4
    pages = [set(re.findall(r"\[page (\d+)\]", text)) - {"1"} for text in texts]
    assert not any(pages[a] & pages[b] for a in range(4) for b in range(a)), "none is read twice"
    assert (outcome.kind, outcome.absence) == ("absent", "not_found")
    assert re.search(r"read \d+ of 400 pages .*by relevance in 4 calls", outcome.reason)
    assert "Not read: pages" in outcome.reason
    assert "extract.calls" in outcome.reason
    (searched,) = outcome.proof.searched
    assert len(searched.pages) == sum(map(len, pages)) + 1
    assert outcome.usage.calls == 4


async def test_an_answer_that_only_the_second_call_sees_is_found(
    model: Model, server: ScriptedServer
) -> None:
    decoys = dict.fromkeys(range(10, 50), "Governing law: the law governs what laws govern. " * 20)
    book = Book(400, {**decoys, 317: "Oregon rules apply to all of this."})
    late: Json = {"match": "Oregon rules", "answer": said("found", "Oregon", "Oregon rules apply")}
    outcome = await read(
        model, server, book, "governing-law", late, NOTHING, reach=Reach(150_000, calls=8)
    )
    assert outcome.value == "Oregon"
    assert outcome.proof.citations[0].page == 317
    assert outcome.usage.calls > 1


async def test_an_absence_over_the_whole_document_is_one_like_any_other(
    model: Model, server: ScriptedServer
) -> None:
    book = Book(40, {})
    outcome = await read(
        model, server, book, "governing-law", NOTHING, reach=Reach(30_000, calls=10)
    )
    assert outcome.usage.calls == 3
    assert outcome.absence == "not_found"
    assert "part" not in outcome.reason
    assert outcome.proof.searched[0].pages == tuple(range(1, 41))


async def test_a_quote_from_a_page_that_was_not_shown_proves_nothing_and_tells_its_place(
    model: Model, server: ScriptedServer
) -> None:
    claimed: Json = {"answer": said("found", "2024-05-02", "Done at Salem on 2 May 2024")}
    book = Book(400, {317: LAW, 390: "Done at Salem on 2 May 2024"})
    asking = AskStep(model.gateway, Sources(book), model.choice, reach=Reach(20_000))
    server.play({"rules": [claimed]})
    outcome = await asking.run(book.task("governing-law"))
    assert "Salem" not in shown(server)[0]
    assert outcome.kind == "value"
    assert (outcome.proof.kind, outcome.proof.solid) == ("unproved", False)
    assert "page 390, which the model was not shown" in outcome.proof.note
    assert outcome.proof.citations[0].page == 390


async def test_everything_of_a_kind_is_read_part_after_part_and_kept_once(
    model: Model, server: ScriptedServer
) -> None:
    acme = "between Acme Inc."
    book = Book(60, {1: acme, 20: "and Bolt GmbH", 40: "and Acme, Inc.", 58: "and Cog SA"})
    rules: list[Json] = [
        {
            "match": "Bolt",
            "answer": said("found", ["Acme Inc.", "Bolt GmbH"], acme, "and Bolt GmbH"),
        },
        {"match": "Acme, Inc.", "answer": said("found", ["Acme, Inc."], "and Acme, Inc.")},
        {"match": "Cog", "answer": said("found", ["Cog SA", "Acme Inc."], "and Cog SA", acme)},
        NOTHING,
    ]
    outcome = await read(model, server, book, "parties", *rules, reach=Reach(40_000))
    assert outcome.value == ["Acme Inc.", "Bolt GmbH", "Cog SA"]
    assert [one.page for one in outcome.proof.citations] == [1, 20, 58]
    assert outcome.proof.solid
    assert outcome.usage.calls == len(shown(server)) == 3
    assert outcome.proof.searched[0].pages == tuple(range(1, 61))
    assert "read in 3 parts" in outcome.reason
    first, *others = shown(server)
    assert "[page 1]" in first
    assert all("[page 1, for orientation only]\nbetween Acme Inc." in text for text in others)


async def test_a_table_over_60_pages_is_whole_and_keeps_rows_that_are_alike(
    model: Model,
) -> None:
    pages = {n: f"Item {n} at EUR {n}.00\nFee at EUR 5.00" for n in range(1, 61)}
    book = Book(60, pages)
    clerk = Clerk()
    asking = AskStep(clerk, Sources(book), model.choice, reach=Reach(30_000))
    outcome = await asking.run(book.task("items"))
    assert isinstance(outcome.value, list)
    items = [row["Item"] for row in outcome.value if isinstance(row, dict)]
    assert clerk.calls == 4
    assert [item for item in items if item != "Fee"] == [f"Item {n}" for n in range(1, 61)]
    assert items.count("Fee") == 60
    assert {one.page for one in outcome.proof.citations} >= set(range(2, 61))


async def test_when_not_all_parts_may_be_read_the_value_says_that_there_may_be_more(
    model: Model, server: ScriptedServer
) -> None:
    book = Book(60, {20: "Parties: Bolt GmbH", 50: "Parties: Cog SA"})
    rules: list[Json] = [
        {"match": "Cog", "answer": said("found", ["Cog SA"], "Cog SA")},
        {"match": "Bolt", "answer": said("found", ["Bolt GmbH"], "Bolt GmbH")},
        NOTHING,
    ]
    reach = Reach(20_000, all_calls=2)
    outcome = await read(model, server, book, "parties", *rules, reach=reach)
    assert outcome.usage.calls == 2
    assert outcome.value == ["Bolt GmbH", "Cog SA"]
    assert not outcome.proof.solid
    assert "there may be more" in outcome.proof.note
    assert "extract.all_calls" in outcome.reason


async def test_a_window_into_which_no_passage_fits_is_told(
    model: Model, server: ScriptedServer
) -> None:
    book = Book(3, {2: "x" * 900})
    for step in ("governing-law", "parties"):
        with pytest.raises(ContextTooLongError, match=r"no passage .* fits|no passage"):
            await read(model, server, book, step, NOTHING, reach=Reach(60))
    assert server.stats().calls == 0


async def test_a_page_larger_than_the_window_is_read_in_chunks(
    model: Model, server: ScriptedServer
) -> None:
    book = Book(2, {2: LAW}, filler=30_000)
    outcome = await read(model, server, book, "governing-law", ANSWER, NOTHING, reach=Reach(8_000))
    assert outcome.value == "Oregon"
    assert "[a part of this page is not shown]" in shown(server)[0]
    assert outcome.proof.searched[0].pages == (), "no page was read as a whole"
    assert "parts of 2 more" in outcome.reason


def test_expected_calls_are_one_for_a_value_and_one_a_part_for_everything(model: Model) -> None:
    book = Book(60, {})
    letters = book.member.letters
    assert 100_000 < letters < 130_000
    asking = AskStep(model.gateway, Sources(book), model.choice, reach=Reach(20_000, 3, 5))
    assert asking.method(book.task("governing-law").step).calls_for(letters) == 1
    assert asking.method(book.task("parties").step).calls_for(letters) == 5
    wide = AskStep(model.gateway, Sources(book), model.choice, reach=Reach(60_000))
    assert wide.method(book.task("parties").step).calls_for(letters) == 2
    assert wide.method(book.task("parties").step).calls_for(50_000) == 1
