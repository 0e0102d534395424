"""Which documents are alike, without comparing all with all.

A document's words are cut into runs of three ("shingles"), and each is hashed. The smallest hashes
are a fair sample of all (bottom-k sketch: Cohen, Kaplan 2007), so two samples tell which share of
the runs two documents have in common. The smallest hash in each of 64 bins (one permutation
hashing: Li, Owen and Zhang 2012) gives 16 keys of four bins; documents with much in common share
some key, so candidates come from an index (Broder 1997; Indyk and Motwani 1998). Further keys are
the rare marks of a document, such as its number.

Much text in common makes two documents similar: so are all invoices of one supplier. They are
nearly the same only when no number or date that tells documents apart is another one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from zlib import crc32

from casework.base.hashing import sha256_text
from casework.types.document import Document
from casework.types.quality import Alike, Sketch

VERSION = 1
"""Raised when sketches come out otherwise; those of other versions are not compared."""
MOST_WORDS = 400_000
"""Words of a document that are compared: some thousand pages."""
_FEWEST_WORDS = 12
_SORTED = 4096
_KEPT = 128
_MARKS_KEPT = 64
_BINS, _BAND = 64, 4
_MARK_KEYS = 8
_LARGEST = (1 << 32) - 1
_WORD = re.compile(r"\w+")
_BLANKS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
_SIGNS = "’‘“”–—•§®©™…\xa0\xad"
"""Signs that are no part of a word and that English text has besides ASCII."""
_NUMBERED = re.compile(r"\d\D*\d\D*\d")
_EDGES = ".,;:!?/-–—_()[]{}<>\"'«»„“”‚‘’*#&%+=|~^`´§€$£°"
_AMOUNT = re.compile(r"\d{1,3}(?:[.,]\d{3})*(?:[.,]\d{1,2})?|\d+[.,]\d{1,4}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGITS_ALONE, _DIGITS_MIXED = 5, 3
"""Of a mark that is all digits, and of one with letters, dashes or the like: at least so many."""
_LONGEST_MARK = 60

_NEARLY = 0.9
_SIMILAR = 0.5
_WITHIN = 0.9
_LARGER = 1.3
_LONG = 1500
"""Runs from which on a document has so many numbers that one of them may differ."""
_LONG_MARKS = 0.1


def words_of(text: str) -> list[str]:
    """The words of a text in small letters."""
    low = text.lower()
    if not low.isascii():
        for sign in _SIGNS:
            low = low.replace(sign, " ")
    if low.isascii():  # the same, four times as fast
        return low.translate(_BLANKS).split()
    return _WORD.findall(low)


def sketch_of(document: Document, words: Sequence[str] | None = None) -> Sketch | None:
    """What a document is compared by; None when it has too few words. `words` are `words_of` all
    its pages, where somebody has them already. Of very long ones only the beginning counts."""
    texts = [page.text for page in document.pages]
    words = [word for text in texts for word in words_of(text)] if words is None else words
    if len(words) < _FEWEST_WORDS:
        return None
    longer = f"\n{document.word_count}" if len(words) >= MOST_WORDS else ""
    words = words[:MOST_WORDS]
    joined = "\n".join(words)
    parts = joined.encode("utf-8", "surrogatepass").split(b"\n")
    runs = zip(parts, parts[1:], parts[2:], strict=False)
    every = set(map(crc32, map(b" ".join, runs)))
    hashes = sorted(_smallest(every))
    found = _marks(texts)
    marks = sorted(set(map(_crc, found)))
    return Sketch(
        sha256_text(joined + longer),
        len(every),
        tuple(hashes[:_KEPT]),
        len(marks),
        tuple(marks[:_MARKS_KEPT]),
        _keys(hashes, marks),
    )


def _smallest(hashes: set[int]) -> Collection[int]:
    """The hashes; of very many only some thousand of the smallest, which is all that is used."""
    if len(hashes) <= _SORTED:
        return hashes
    limit = _LARGEST // len(hashes) * _SORTED
    return [value for value in hashes if value < limit]


def alike(one: Sketch, other: Sketch) -> Alike | None:
    """How two documents are alike; None when they are not."""
    if one.text == other.text:
        return Alike("same_text", 1.0)
    common = _common(one, other)
    share = 2 * common / (one.count + other.count)
    within = common / min(one.count, other.count)
    apart, shared = _marks_apart(one, other)
    if share >= _NEARLY and _same_marks(one, other, apart, shared):
        return Alike("nearly_same", share, apart, shared)
    small, large = sorted((one.count, other.count))
    if within >= _WITHIN and large >= small * _LARGER:
        return Alike("part", within, apart, shared)
    return Alike("similar", share, apart, shared) if share >= _SIMILAR else None


def _crc(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))


def _marks(texts: Iterable[str]) -> set[str]:
    """Numbers and dates that tell documents apart: neither amounts nor years."""
    tokens = set(" ".join(texts).split())
    marks = (token.strip(_EDGES) for token in tokens if _NUMBERED.search(token))
    return {mark.lower() for mark in marks if _is_mark(mark)}


def _is_mark(token: str) -> bool:
    if len(token) > _LONGEST_MARK or _YEAR.fullmatch(token) or _AMOUNT.fullmatch(token):
        return False
    if token.isdigit():
        return len(token) >= _DIGITS_ALONE
    return sum(map(str.isdigit, token)) >= _DIGITS_MIXED


def _keys(hashes: Sequence[int], marks: Sequence[int]) -> tuple[int, ...]:
    """The keys under which like documents are found."""
    least: dict[int, int] = {}
    for value in hashes:
        if least.setdefault(value % _BINS, value) == value and len(least) == _BINS:
            break
    filled = sorted(least)
    for empty in range(_BINS):
        if empty not in least:  # a short document: borrow the next bin that it fills
            at = bisect_left(filled, empty) % len(filled)
            least[empty] = least[filled[at]]
    bands = (
        _key(at, *(least[at + step] for step in range(_BAND))) for at in range(0, _BINS, _BAND)
    )
    rare = (_key(_BINS, mark) for mark in marks[:_MARK_KEYS])
    return tuple(dict.fromkeys([*bands, *rare]))


def _key(*numbers: int) -> int:
    """A number that fits into a signed column of 64 bits, the same on every machine."""
    told = " ".join(map(str, (VERSION, *numbers))).encode()
    return int.from_bytes(blake2b(told, digest_size=8).digest(), "big") >> 1


def _common(one: Sketch, other: Sketch) -> float:
    """How many runs of words two documents have in common, judged by their samples."""
    here, there = _comparable((one.shingles, one.count), (other.shingles, other.count))
    union = len(here | there)
    jaccard = len(here & there) / union if union else 0.0
    return min(jaccard / (1 + jaccard) * (one.count + other.count), one.count, other.count)


def _marks_apart(one: Sketch, other: Sketch) -> tuple[int, int]:
    """Of the marks of which both samples tell: the smaller number that only one document has (the
    other may just have more), and how many both have."""
    here, there = _comparable((one.marks, one.marks_count), (other.marks, other.marks_count))
    return min(len(here - there), len(there - here)), len(here & there)


def _comparable(
    one: tuple[Sequence[int], int], other: tuple[Sequence[int], int]
) -> tuple[set[int], set[int]]:
    """Of two samples of smallest hashes (each with the number of all) the part of which both
    tell."""
    ends = [sample[-1] for sample, count in (one, other) if count > len(sample)]
    end = min(ends, default=_LARGEST)
    here, there = ({value for value in sample if value <= end} for sample, _ in (one, other))
    return here, there


def _same_marks(one: Sketch, other: Sketch, apart: int, shared: int) -> bool:
    """Whether no mark tells them apart; in long documents a few of many may differ."""
    if not apart:
        return True
    long = min(one.count, other.count) >= _LONG
    return long and apart <= _LONG_MARKS * (apart + shared)
