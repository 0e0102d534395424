"""JSON: paths as places, tables of records, numbers as written, and what is broken or endless."""

from __future__ import annotations

import json

from casework.documents.formats.content_of_text import is_json
from casework.documents.reading import Limits
from tests.documents.samples import document, places, read

_ORDER = {
    "order": {
        "no": "A-1",
        "seller": {"name": "Norton Ltd", "tax id": "DE1"},
        "tags": ["urgent", "paper"],
    },
    "lines": [
        {"item": "Paper", "qty": 2, "amount": "10.00"},
        {"item": "Ink", "qty": 1, "amount": "2.50", "note": "blue"},
    ],
    "paid": False,
    "due": None,
}


def test_values_have_paths_and_records_are_a_stated_table() -> None:
    found = document(json.dumps(_ORDER).encode(), "a.json")
    assert (found.reader, found.media_type) == ("json", "application/json")
    seen = places(found.pages[0])
    assert seen["$.order.no"] == "no: A-1"
    assert seen["$.order.seller.name"] == "name: Norton Ltd"
    assert seen["$.order.seller['tax id']"] == "tax id: DE1"
    assert seen["$.order.tags"] == "tags: urgent, paper"
    assert seen["$.lines[1].amount"] == "2.50"
    assert seen["$.paid"] == "paid: false"
    assert seen["$.due"] == "due: null"
    (table,) = found.tables
    assert (table.rows, table.columns, table.header_rows, table.stated) == (3, 4, 1, True)
    cell = table.at(2, 2)
    assert cell is not None
    assert (cell.text, table.header_path(cell)) == ("2.50", ("amount",))


def test_numbers_stand_as_they_were_written() -> None:
    data = b'{"a": 12.50, "b": 1e5, "c": ' + b"9" * 6000 + b', "d": -0}'
    seen = places(document(data, "a.json").pages[0])
    assert (seen["$.a"], seen["$.b"], seen["$.d"]) == ("a: 12.50", "b: 1e5", "d: -0")


def test_names_that_stand_twice_lose_no_value_and_are_told() -> None:
    found = document(b'{"a": 1, "a": 2, "b": NaN}', "a.json")
    seen = places(found.pages[0])
    assert (seen["$.a"], seen["$.a (2)"], seen["$.b"]) == ("a: 1", "a: 2", "b: NaN")
    assert any("stand twice" in note for note in found.notes)
    assert any("NaN" in note for note in found.notes)


def test_one_value_a_line_is_one_array() -> None:
    data = b"".join(b'{"id": %d, "total": "%d.00"}\n' % (n, n) for n in range(3))
    for name in ("a.jsonl", "a.json", "a.txt"):
        found = document(data, name)
        assert found.media_type == "application/x-ndjson"
        assert places(found.pages[0])["$[2].total"] == "2.00"
    found = document(data + b'{"id": cut', "a.jsonl")
    assert found.notes == ("1 of its lines is no valid JSON: line 4.",)
    assert '{"id": cut' in found.pages[0].text


def test_what_is_no_valid_json_is_shown_as_written_with_the_place_of_the_mistake() -> None:
    found = document(b'{"a": 1,\n "b": }', "a.json")
    assert found.state == "read"
    assert "line 2, column 7" in found.notes[0]
    assert '"b": }' in found.pages[0].text


def test_endless_nesting_is_bounded() -> None:
    deep = b'{"a":' * 300 + b'"12 EUR"' + b"}" * 300
    assert document(deep, "a.json").state == "read"
    assert "12 EUR" in document(deep, "a.json").pages[-1].text
    endless = document(b"[" * 200_000 + b"]" * 200_000, "a.json")
    assert endless.state in ("read", "too_large")


def test_a_huge_file_is_refused_with_the_limit() -> None:
    data = json.dumps([{"a": "x" * 100}] * 200).encode()
    found = read(data, "a.json", Limits(characters=5_000)).document
    assert (found.state, "5,000" in found.reason) == ("too_large", True)


def test_json_is_known_under_any_name_and_other_texts_are_not_json() -> None:
    assert document(b'\xef\xbb\xbf{"a": 1}', "a").reader == "json"
    assert document('{"a": "ü"}'.encode("utf-16"), "a.txt").reader == "json"
    assert not is_json("[draft] the letter")
    assert not is_json("{name} owes {amount}")
    assert not is_json("12")


def test_lists_of_texts_and_mixed_lists_keep_their_indexes() -> None:
    data = json.dumps({"notes": ["x" * 150, "y" * 150], "mixed": [1, {"a": 2}]}).encode()
    seen = places(document(data, "a.json").pages[0])
    assert seen["$.notes[1]"].startswith("yyy")
    assert seen["$.mixed[1].a"] == "a: 2"
