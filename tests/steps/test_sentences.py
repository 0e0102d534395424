"""Sentences of a model made plain text, and the passages that their quotes stand in."""

from __future__ import annotations

import pytest

from casework.base.errors import InvalidAnswerError
from casework.steps.passages import cited, passage_of
from casework.steps.sentences import REMOVED, plain_text, read_sentences
from casework.steps.settle import Quote
from casework.types.values import Json
from tests.steps.material import Shelf


@pytest.mark.parametrize(
    ("text", "plain", "removed"),
    [
        ("The net is EUR 5.", "The net is EUR 5.", ""),
        ("  two\n lines ", "two lines", ""),
        ("## A heading", "A heading", ""),
        ("- an item", "an item", ""),
        ("1. first", "first", ""),
        ("| a | b |", "a | b |", ""),
        ("see https://x.example/y?z=1 now", f"see {REMOVED} now", "an address"),
        ("see www.x.example now", f"see {REMOVED} now", "an address"),
        ("[here](https://x.example)", f"here {REMOVED}", "a link"),
        ("![](data:image/png;base64,AAAA)", REMOVED, "a link"),
        ("a <b>bold</b> word", "a bold word", "markup"),
        ("a\u200bb\u202ec", "abc", ""),
        ("Net: EUR 5; less than 3 < 4", "Net: EUR 5; less than 3 < 4", ""),
    ],
)
def test_a_sentence_is_plain_text_on_one_line(text: str, plain: str, removed: str) -> None:
    assert plain_text(text) == (plain, removed)


@pytest.mark.parametrize("told", [None, [], {}, {"sentences": "x"}, {"sentences": [{"text": ""}]}])
def test_what_holds_no_sentence_is_refused(told: Json) -> None:
    with pytest.raises(InvalidAnswerError):
        read_sentences(told)


def test_what_is_left_out_has_its_default() -> None:
    (said,) = read_sentences({"sentences": [{"text": "A.", "form": "poem", "cells": "net"}]})
    assert (said.form, said.cells, said.quotes) == ("sentence", (), ())


async def test_a_quote_is_looked_for_in_the_document_it_names_first() -> None:
    sources = await Shelf({"a.txt": "The rent is due.", "b.txt": "The rent is due."}).sources()
    assert cited(Quote("The rent is due", "d2"), sources).document_name == "b.txt"
    assert cited(Quote("The rent is due", "d9"), sources).document_name == "a.txt"
    assert cited(Quote("The rent is paid in gold", ""), sources).grade == "none"


async def test_a_passage_is_the_whole_sentence_around_a_quote() -> None:
    text = "The lease ends in May. The tenant may not sublet the flat. Pets are allowed."
    sources = await Shelf({"a.txt": text}).sources()
    citation = cited(Quote("sublet the flat", "d1"), sources)
    assert passage_of(citation, sources) == "The tenant may not sublet the flat."


async def test_a_passage_of_a_form_is_its_line() -> None:
    sources = await Shelf({"a.txt": "Net: EUR 5.00\nNo claims: yes\nVAT: EUR 1.00\n"}).sources()
    citation = cited(Quote("EUR 1.00", "d1"), sources)
    assert passage_of(citation, sources) == "VAT: EUR 1.00"
