from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.models.wires.loose import json_text_in, without_fence


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1}', '{"a": 1}'),
        ('  {"a": 1}\n', '{"a": 1}'),
        ('```json\n{"a": 1}\n```', '{"a": 1}'),
        ('Sure:\n```\n{"a": 1}\n```\nDone.', '{"a": 1}'),
        ('<think>{"no": 1}</think>\n{"a": 1}', '{"a": 1}'),
        ('The answer is {"a": {"b": [1]}} as asked {sic}.', '{"a": {"b": [1]}}'),
        ("See [1]{ and [2, 3]", "[1]"),
        ("no JSON at all", "no JSON at all"),
        ('{"a": ', '{"a": '),
        ("", ""),
    ],
)
def test_json_is_found_among_words(text: str, found: str) -> None:
    assert json_text_in(text) == found


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(), max_size=4),
    st.text(alphabet="abc .:\n", max_size=20),
    st.text(alphabet="abc .:\n", max_size=20),
)
def test_an_object_survives_any_words_around_it(
    data: dict[str, str | int], before: str, after: str
) -> None:
    assert json.loads(json_text_in(f"{before}{json.dumps(data)}{after}")) == data


@pytest.mark.parametrize(
    "stuck",
    [
        "```json\n{" + " " * 100_000,
        "```json\n{" + "\t" * 100_000,
        "[" * 100_000,
        '{"a":' * 50_000,
        '["a' + '[" ' * 50_000,
        "```\n" * 30_000,
    ],
    ids=["blanks", "tabs", "brackets", "braces", "quotes", "fences"],
)
def test_a_model_that_got_stuck_gives_its_text_back(stuck: str) -> None:
    assert json_text_in(stuck) == stuck
    assert without_fence(stuck) in stuck


def test_a_fence_goes_only_when_it_is_alone() -> None:
    assert without_fence('```json\n{"a": 1}\n```\n') == '{"a": 1}'
    assert without_fence("a ```json\n1\n``` b") == "a ```json\n1\n``` b"
