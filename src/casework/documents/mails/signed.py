"""S/MIME mails whose content lies inside the signature (CMS SignedData, RFC 5652): that content.

Reads DER and BER as far as it must, and checks no signature.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

_SIGNED: Final = bytes.fromhex("2a864886f70d010702")
_DATA: Final = bytes.fromhex("2a864886f70d010701")
_OID: Final = 0x06
_OCTETS: Final = 0x04
_CONSTRUCTED: Final = 0x20
_DEEPEST: Final = 12


class _Item(NamedTuple):
    """A value of DER: its tag, and where its content begins and ends."""

    tag: int
    begin: int
    end: int


def content_of(data: bytes) -> bytes | None:
    """What was signed, or None when the bytes hold no signed content (they are encrypted, say)."""
    try:
        path = list(_items(data, 0, len(data)))
        inside = list(_items(data, path[0].begin, path[0].end))
        if _oid(data, inside[0]) != _SIGNED:
            return None
        signed = next(_items(data, inside[1].begin, inside[1].end))
        for item in _items(data, signed.begin, signed.end):
            if item.tag & _CONSTRUCTED:
                found = list(_items(data, item.begin, item.end))
                if len(found) > 1 and found[0].tag == _OID and _oid(data, found[0]) == _DATA:
                    return b"".join(_octets(data, found[1], 0))
    except (IndexError, StopIteration, RecursionError):
        pass
    return None


def _oid(data: bytes, item: _Item) -> bytes:
    return data[item.begin : item.end]


def _octets(data: bytes, item: _Item, depth: int) -> Iterator[bytes]:
    """The bytes of an octet string, which may be cut into several."""
    if item.tag == _OCTETS:
        yield data[item.begin : item.end]
    elif depth < _DEEPEST:
        for each in _items(data, item.begin, item.end):
            yield from _octets(data, each, depth + 1)


def _items(data: bytes, at: int, end: int) -> Iterator[_Item]:
    """The values that stand one after the other here."""
    while at < end:
        if data[at : at + 2] == b"\0\0":
            return  # the end of a value of indefinite length
        item, at = _item(data, at, end, 0)
        yield item


def _item(data: bytes, at: int, end: int, depth: int) -> tuple[_Item, int]:
    tag, length = data[at], data[at + 1]
    begin = at + 2
    if length == 0x80:
        if depth > _DEEPEST:
            raise IndexError("nested too deeply")
        inner = begin
        while data[inner : inner + 2] != b"\0\0":
            if inner >= end:
                raise IndexError("cut off")
            _, inner = _item(data, inner, end, depth + 1)
        return _Item(tag, begin, inner), inner + 2
    if length > 0x80:
        count = length & 0x7F
        length = int.from_bytes(data[begin : begin + count], "big")
        begin += count
    if begin + length > end:
        raise IndexError("cut off")
    return _Item(tag, begin, begin + length), begin + length
