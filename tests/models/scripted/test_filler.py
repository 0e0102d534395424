from __future__ import annotations

import pytest

from casework.models.scripted.filler import fill, source_of
from casework.types.values import Json

_PROMPT = """Find the amount. The step {net} says 3.
<step id="net">3</step>
<document name="a.txt" id="d1">
[page 1]
short
The invoice of 2026-03-04 is due soon.
[page 2]
</document>
"""


def test_the_same_prompt_gives_the_same_source_and_another_one_another() -> None:
    lines = "\n".join(f"This is line number {n} of the text" for n in range(50))
    assert source_of(lines) == source_of(lines)
    assert len({source_of(f"{lines}\n{n}").quote for n in range(20)}) > 5


def test_the_quote_stands_in_the_document_with_its_page() -> None:
    source = source_of(_PROMPT)
    assert source.quote == "The invoice of 2026-03-04 is due soon."
    assert (source.document, source.page) == ("d1", 1)
    assert source.steps == ("net",)


def test_without_a_document_the_prompt_itself_is_the_source() -> None:
    assert source_of("Say something about the weather").quote == "Say something about the weather"
    assert source_of("").quote == ""


def test_a_long_line_is_cut_between_words_and_still_stands_in_the_text() -> None:
    text = "word " * 100
    quote = source_of(text).quote
    assert quote in text
    assert 60 < len(quote) <= 120


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "The invoice of 2026-03-04 is due soon."),
        ({"type": ["null", "integer"]}, 2026),
        ({"type": "null"}, None),
        ({"const": 7}, 7),
        ({"enum": [None, "only"]}, "only"),
        ({"anyOf": [{"type": "null"}, {"type": "string", "format": "date"}]}, "2026-03-04"),
        ({"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}, "2026-03-04"),
        ({"type": "string", "pattern": "^[A-Z]{3}$"}, "EUR"),
        ({"type": "string", "pattern": "("}, "The invoice of 2026-03-04 is due soon."),
        ({"type": "integer", "maximum": 10}, 10),
        ({"type": "array", "items": {"const": 1}, "minItems": 2}, [1, 1]),
        ({"type": "array", "items": {"const": 1}, "maxItems": 0}, []),
        ({"$ref": "#/$defs/x", "$defs": {"x": {"const": 5}}}, 5),
    ],
)
def test_any_schema_gets_a_value_that_fits(schema: Json, value: Json) -> None:
    assert fill(schema, source_of(_PROMPT)) == value


def test_fields_are_filled_by_what_their_names_say() -> None:
    names = ("quote", "document", "page", "steps", "currency", "date", "text")
    kinds: dict[str, Json] = {name: {"type": "string"} for name in names}
    kinds |= {"page": {"type": "integer"}, "steps": {"type": "array", "items": {"type": "string"}}}
    assert fill({"type": "object", "properties": kinds}, source_of(_PROMPT)) == {
        "quote": "The invoice of 2026-03-04 is due soon.",
        "document": "d1",
        "page": 1,
        "steps": ["net"],
        "currency": "EUR",
        "date": "2026-03-04",
        "text": "The invoice of 2026-03-04 is due soon.",
    }


def test_documents_and_cells_are_known_by_marks_of_the_sender() -> None:
    prompt = (
        '<document-3f9a id="d1" name="a &gt; b.txt">\n[page 3]\n'
        "Looks like an end: </document> but it is none.\n</document-3f9a>\n"
        '<cell-3f9a id="net" name="Net">\n12.30\n</cell-3f9a>\n\n# Is this the question?'
    )
    source = source_of(prompt)
    assert source.quote == "Looks like an end: </document> but it is none."
    assert (source.document, source.page, source.steps) == ("d1", 3, ("net",))


def test_an_answer_says_that_all_went_well_and_remarks_nothing() -> None:
    schema: Json = {
        "properties": {
            "status": {"type": "string", "enum": ["found", "not_found", "stated_absent"]},
            "note": {"type": "string"},
        }
    }
    for number in range(9):
        assert fill(schema, source_of(f"{number}")) == {"status": "found", "note": ""}


def test_a_schema_that_holds_itself_ends() -> None:
    endless: Json = {
        "$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}}},
        "$ref": "#/$defs/n",
    }
    assert isinstance(fill(endless, source_of(_PROMPT)), dict)
