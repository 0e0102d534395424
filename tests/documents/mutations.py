"""Files changed at random, the same for the same seed: bits, blocks, splices, words of a format.

Of a packed file mostly one entry is changed and the file packed anew, so that the change gets past
the check sums to whoever reads the entry.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Sequence

_NUMBER = re.compile(rb"\d+")
_EXTREMES = (b"0", b"-1", b"1", b"255", b"65535", b"65536", b"2147483647", b"4294967295", b"1e999")
_EVERYWHERE = (
    b"\0",
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x00",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\n",
)
TOKENS: dict[str, tuple[bytes, ...]] = {
    "pdf": (
        b"<<",
        b">>",
        b"[",
        b"endobj",
        b"stream\n",
        b"/Kids",
        b"/Count -1",
        b"1 0 R",
        b"/Length 9",
    ),
    "zip": (b"<", b"/>", b"<w:p>", b"</w:tbl>", b"&#0;", b"&x;", b"xmlns=''", b"w:val='-9'"),
    "html": (
        b"<table>",
        b"<td colspan=9999>",
        b"</",
        b"<!--",
        b"<p hidden>",
        b"&#xD800;",
        b"<style>",
    ),
    "rtf": (b"{", b"}", b"\\bin9", b"\\u-1?", b"\\'", b"\\trowd", b"\\cell", b"\\row", b"\\ucz"),
    "mail": (b"--", b"\n\n", b"Content-Type: multipart/mixed", b"=?utf-8?b?", b"boundary=", b"=0"),
    "table": (b'"', b",", b";", b"\t", b'""', b"\r", b"\r\n"),
    "json": (b"[", b"{", b"]", b'"', b"\\ud800", b"1e999", b"NaN", b"null", b":"),
    "text": (
        b"\t",
        b"\x0c",
        b"\r",
        b"\xe2\x80\xae",
        b"\xcc\x81" * 9,
        b"From x@y 00:00",
        b"-->",
        b"00:00",
    ),
}

Mutate = Callable[[bytes, bytes, random.Random], bytes]


def mutated(data: bytes, other: bytes, words: str, chance: random.Random) -> bytes:
    """The file changed in one to four ways; `other` is spliced in at times, `words` is a key of
    `TOKENS`."""
    if data[:4] == b"PK\x03\x04" and chance.random() < 0.8:
        packed = _in_entry(data, other, words, chance)
        if packed:
            return packed
    for _ in range(chance.randint(1, 4)):
        data = (
            chance.choice(_WAYS)(data, other, chance)
            if chance.random() < 0.7
            else _insert(data, TOKENS[words] + _EVERYWHERE, chance)
        )
    return data


def _in_entry(data: bytes, other: bytes, words: str, chance: random.Random) -> bytes:
    """A packed file with one entry changed; empty when it does not open."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [(each, archive.read(each)) for each in archive.infolist()]
    except Exception:
        return b""
    target = io.BytesIO()
    chosen = chance.randrange(len(entries)) if entries else 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (entry, content) in enumerate(entries):
            if number == chosen:
                if chance.random() < 0.1:
                    continue
                content = mutated(content, other[:1000], words, chance)
            archive.writestr(entry.filename, content)
    return target.getvalue()


def _place(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def _block(data: bytes, chance: random.Random) -> tuple[int, int]:
    first = _place(data, chance)
    return first, min(len(data), first + int(2 ** (chance.random() * 12)))


def _flip(data: bytes, other: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.randint(1, 20) if made else 0):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def _cut(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return data[: _place(data, chance)]


def _delete(data: bytes, other: bytes, chance: random.Random) -> bytes:
    first, end = _block(data, chance)
    return data[:first] + data[end:]


def _repeat(data: bytes, other: bytes, chance: random.Random) -> bytes:
    first, end = _block(data, chance)
    at = _place(data, chance)
    return data[:at] + data[first:end] * chance.choice((1, 2, 30)) + data[at:]


def _splice(data: bytes, other: bytes, chance: random.Random) -> bytes:
    return data[: _place(data, chance)] + other[_place(other, chance) :]


def _fill(data: bytes, other: bytes, chance: random.Random) -> bytes:
    first, end = _block(data, chance)
    return data[:first] + chance.choice((b"\0", b"\xff", b"A")) * (end - first) + data[end:]


def _renumber(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Another number where one is written in digits."""
    found = list(_NUMBER.finditer(data, _place(data, chance)))[:50]
    if not found:
        return data
    at = chance.choice(found)
    return data[: at.start()] + chance.choice(_EXTREMES) + data[at.end() :]


def _insert(data: bytes, tokens: Sequence[bytes], chance: random.Random) -> bytes:
    at = _place(data, chance)
    return data[:at] + chance.choice(tokens) + data[at:]


_WAYS: tuple[Mutate, ...] = (_flip, _cut, _delete, _repeat, _splice, _fill, _renumber, _renumber)
