"""The wire between a worker and its parent: length-prefixed JSON, then raw bytes. Never pickle.

A frame is four bytes of length (big endian), a JSON object, and the parts whose sizes it lists
under `sizes`.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence

from casework.types.values import Json

LENGTH = struct.Struct(">I")
LONGEST_HEADER = 64 << 20
LONGEST_PARTS = 2 << 30
"""What a parent takes from a worker in one answer, whatever that one says."""


def packed(header: Mapping[str, object], parts: Sequence[bytes] = ()) -> bytes:
    """A frame with this header and these parts."""
    sizes: list[Json] = [len(part) for part in parts]
    text = json.dumps({**header, "sizes": sizes}).encode()
    return b"".join((LENGTH.pack(len(text)), text, *parts))


def header_of(text: bytes) -> tuple[dict[str, Json], list[int]]:
    """The header of a frame and the sizes of the parts that follow. Raises `ValueError`."""
    try:
        header = json.loads(text)
    except RecursionError as error:
        raise ValueError("a frame that is nested too deeply") from error
    sizes = header.pop("sizes", None) if isinstance(header, dict) else None
    if not isinstance(sizes, list) or not all(map(_is_size, sizes)):
        raise ValueError("a frame with wrong sizes")
    return header, sizes


def _is_size(size: object) -> bool:
    return isinstance(size, int) and size >= 0
