"""What a packed file claims is checked first, and no more comes out than was asked for."""

from __future__ import annotations

import io
import zipfile

import pytest

from casework.base.errors import DocumentError
from casework.documents.packed.unpack import open_zip, read_entry
from casework.documents.reading import Limits, Source
from tests.documents import hostile


def _opened(data: bytes, limits: Limits | None = None) -> zipfile.ZipFile:
    return open_zip(Source(data, "a.zip", limits or Limits()))


@pytest.mark.parametrize(
    ("data", "limits", "told"),
    [
        (hostile.zipped({"a": b"x" * 5000}), Limits(inflated_bytes=4000), "unpacks to 0 MB"),
        (hostile.zipped({"a": bytes(60 << 20)}), Limits(), "times its size; 250 times are"),
        (hostile.zipped({str(n): b"" for n in range(9)}), Limits(entries=8), "from 9 files; 8"),
        (
            hostile.overlapping_zip(),
            Limits(inflated_bytes=1 << 40, ratio=1 << 30),
            "over each other",
        ),
    ],
)
def test_a_package_that_claims_too_much_is_refused(data: bytes, limits: Limits, told: str) -> None:
    with pytest.raises(DocumentError, match=told) as caught:
        _opened(data, limits)
    assert caught.value.state == "too_large"


def test_what_is_no_package_is_broken() -> None:
    with pytest.raises(DocumentError, match="does not open") as caught:
        _opened(b"PK\x03\x04 and then nothing")
    assert caught.value.state == "broken"


def test_an_entry_is_read_as_far_as_was_asked_for() -> None:
    archive = _opened(hostile.zipped({"a": b"x" * 5000}))
    assert read_entry(archive, "a", most=5000) == b"x" * 5000
    with pytest.raises(DocumentError, match="more than 4,999 bytes"):
        read_entry(archive, "a", most=4999)
    with pytest.raises(KeyError):
        read_entry(archive, "b", most=1)


def test_a_damaged_and_a_locked_entry_say_so() -> None:
    data = bytearray(hostile.zipped({"a": b"words and words"}, stored=True))
    data[35] ^= 1
    with pytest.raises(DocumentError, match="a in it cannot be unpacked"):
        read_entry(_opened(bytes(data)), "a", most=100)
    data[35] ^= 1
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    with pytest.raises(DocumentError, match="password") as caught:
        read_entry(zipfile.ZipFile(io.BytesIO(bytes(data))), "a", most=100)
    assert caught.value.state == "password"
