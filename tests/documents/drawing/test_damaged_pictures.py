"""Pictures whose heads are cut or false are told as damaged, whatever the library raises."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from tests.documents.samples import document


def _tiff_without_size() -> bytes:
    """A TIFF whose directory has no width."""
    target = io.BytesIO()
    Image.new("L", (8, 8)).save(target, "TIFF")
    data = bytearray(target.getvalue())
    (at,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, at)
    for number in range(entries):
        entry = at + 2 + 12 * number
        if struct.unpack_from("<H", data, entry) == (256,):
            struct.pack_into("<H", data, entry, 65_000)
    return bytes(data)


def _cut_png() -> bytes:
    target = io.BytesIO()
    Image.new("L", (8, 8)).save(target, "PNG")
    return target.getvalue()[:8] + struct.pack(">I", 5) + target.getvalue()[12:40]


@pytest.mark.parametrize("made", [_tiff_without_size, _cut_png])
def test_a_picture_with_a_false_head_is_damaged(made: object) -> None:
    assert callable(made)
    found = document(made(), "scan.tiff")
    assert found.state == "broken"
    assert found.reason.startswith("The picture is damaged or incomplete.")
