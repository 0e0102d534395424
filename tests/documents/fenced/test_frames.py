"""What a parent takes from a worker that may say anything."""

from __future__ import annotations

import pytest

from casework.documents.fenced.frames import LENGTH, header_of, packed


def test_a_header_comes_back_with_the_sizes_of_its_parts() -> None:
    frame = packed({"do": "parse"}, [b"abc", b""])
    (length,) = LENGTH.unpack(frame[: LENGTH.size])
    assert header_of(frame[LENGTH.size :][:length]) == ({"do": "parse"}, [3, 0])


@pytest.mark.parametrize(
    "said", [b"[]", b"{}", b'{"sizes": 7}', b'{"sizes": [-1]}', b"no JSON", b"[" * 200_000]
)
def test_a_header_that_is_none_is_a_value_error(said: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - also that of JSON
        header_of(said)
