"""Digests of bytes and of canonical JSON."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

_CHUNK_BYTES = 1 << 20

_canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no white space and no NaN: equal values give equal text."""
    return _canonical(value)


def sha256_text(text: str) -> str:
    """The hexadecimal sha256 of the text in UTF-8; a lone surrogate is kept as it is."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def sha256_bytes(data: bytes) -> str:
    """The hexadecimal sha256 of these bytes."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """The hexadecimal sha256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while piece := source.read(_CHUNK_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def digest(value: object) -> str:
    """The sha256 of the canonical JSON of a value."""
    return sha256_text(_canonical(value))
