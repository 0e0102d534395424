"""Written documents as values."""

from __future__ import annotations

import pytest

from casework.base.errors import ValueReadError
from casework.types.values import Json, ValueType
from casework.values.equal import same
from casework.values.read import read_value
from casework.values.shape import settle_json
from casework.values.written import split_footnotes, summary, with_footnotes

DOCUMENT = ValueType("document")
WRITTEN: Json = {
    "markdown": "# A *memo*[^net]\n\nGood.[^net]\n\n[^net]: [Net](casework:cell/net): 5\n",
    "sentences": [{"text": "Good.", "problem": ""}, {"text": "Bad.", "problem": "made up"}],
}


def test_a_document_is_told_in_a_line() -> None:
    assert summary(WRITTEN) == "A *memo*, 2 sentences, 1 not supported"
    assert summary({"markdown": "One word"}) == "One word, 2 words"
    assert summary({"markdown": ""}) == "empty, 0 words"


def test_footnotes_are_taken_off_and_put_back() -> None:
    body, notes = split_footnotes(str(WRITTEN["markdown"]))  # type: ignore[index,call-overload]
    assert notes == {"net": "[Net](casework:cell/net): 5"}
    assert with_footnotes(body, notes) == WRITTEN["markdown"]  # type: ignore[index,call-overload]


def test_settling_keeps_the_sentences_and_settles_once() -> None:
    assert settle_json(WRITTEN, DOCUMENT) == WRITTEN
    assert settle_json("# A\n\ntext", DOCUMENT) == {"markdown": "# A\n\ntext"}
    with pytest.raises(ValueReadError, match="markdown"):
        settle_json({"sentences": []}, DOCUMENT)


def test_a_person_writes_markdown() -> None:
    assert read_value("# Mine\n\nPaid.\n", DOCUMENT) == {"markdown": "# Mine\n\nPaid."}


def test_two_documents_are_the_same_by_their_text() -> None:
    assert same(WRITTEN, {"markdown": WRITTEN["markdown"]}, DOCUMENT)  # type: ignore[index,call-overload]
