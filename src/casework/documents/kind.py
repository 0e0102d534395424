"""What kinds of document a file is, by its name, its title and its format.

Kinds are the words that a step's `from:` may name; the lexicon is data with synonyms in English,
German, French and Spanish. Reads a document that is parsed already, never a file of its own.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from casework.documents.pdf.files import E_INVOICE_NAMES
from casework.types.document import Document, Line, Page

E_INVOICE_DATA = "e-invoice data"
_TITLE_LINES = 12
_TITLE_LETTERS = 90
_TITLE_WORDS = 7
_TITLE_SHARE = 0.5  # of the page height within which a title stands
_LARGE = 1.25  # of the ordinary height of lines: set like a title
_TOKEN = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Ý])")


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """Synonyms as tuples of folded words → the kind; the longest first. The pages of kinds that are
    `lists` name other files, which tells nothing of their own kind."""

    kinds: dict[tuple[str, ...], str]
    longest: int
    also: dict[str, tuple[str, ...]]
    media: tuple[tuple[str, str], ...]
    lists: frozenset[str]


def kinds_of(name: str, document: Document | None, folder: str = "") -> tuple[str, ...]:
    """The kinds that a document answers to, the surest first; empty when nothing tells.

    `name` is the file's name and `folder` the path of the folder that it came in. The title is
    looked at when the name tells nothing (a claim form speaks of policies, but is none), and the
    folder when the title tells nothing either. The words are lower case and canonical.
    """
    if name.casefold() in E_INVOICE_NAMES:
        return (E_INVOICE_DATA,)
    lexicon = _lexicon()
    stem = name.rpartition(".")[0] or name
    found = _kinds_in(stem, lexicon)
    if document is not None:
        media = document.media_type
        stated = [kind for prefix, kind in lexicon.media if media.startswith(prefix)]
        if not found and lexicon.lists.isdisjoint(stated):
            found += _kinds_of_title(document, lexicon)
        found += stated
    if not found:
        found = _kinds_in(folder, lexicon)
    known = list(dict.fromkeys(found))
    for kind in list(known):
        known += [word for word in lexicon.also.get(kind, ()) if word not in known]
    return tuple(known)


def canonical_kind(word: str) -> str:
    """The canonical word for a kind as somebody wrote it, such as `invoice` for `Rechnungen`.

    A word that the lexicon does not know stays as it is, in lower case with single blanks.
    """
    lexicon = _lexicon()
    tokens = _tokens(word)
    for form in (tokens, _singular(tokens)):
        if form in lexicon.kinds:
            return lexicon.kinds[form]
    return " ".join(word.casefold().split())


def _kinds_of_title(document: Document, lexicon: _Lexicon) -> list[str]:
    """The kinds that the subject, the stated title or the head of the first page names."""
    facts = document.facts
    found = _kinds_in(facts.get("subject", "") if "from" in facts else "", lexicon)
    if "from" not in facts and document.pages:
        told = (_kinds_in(title, lexicon) for title in _titles(document.pages[0]))
        found += next(filter(None, told), [])
    return found or _kinds_in(facts.get("title", ""), lexicon)


def _titles(page: Page) -> list[str]:
    """Lines near the top that may be a title: short ones, and large ones before small ones."""
    heights = sorted(line.box.y1 - line.box.y0 for line in page.lines)
    ordinary = heights[len(heights) // 2] if heights else 0.0
    near = [line for line in page.lines if line.box.y0 < _TITLE_SHARE * page.height_pt]

    def large(line: Line) -> bool:
        return line.box.y1 - line.box.y0 > _LARGE * ordinary

    chosen = [line for line in near if large(line)]
    chosen += [line for line in near[:_TITLE_LINES] if not large(line)]
    texts = [page.text[line.start : line.end] for line in chosen]
    return [
        text
        for text in texts
        if len(text) <= _TITLE_LETTERS and len(text.split()) <= _TITLE_WORDS and ":" not in text
    ]


def _kinds_in(text: str, lexicon: _Lexicon) -> list[str]:
    """The kinds whose synonyms stand in the text; longer synonyms hide the shorter in them."""
    tokens = _tokens(text)
    singular = _singular(tokens)
    found: list[str] = []
    index = 0
    while index < len(tokens):
        for length in range(min(lexicon.longest, len(tokens) - index), 0, -1):
            part = slice(index, index + length)
            kind = lexicon.kinds.get(tokens[part]) or lexicon.kinds.get(singular[part])
            if kind:
                found.append(kind)
                index += length
                break
        else:
            index += 1
    return found


def _tokens(text: str) -> tuple[str, ...]:
    """Words in lower case without accents; `ClaimForm` and `claim_form` are two words."""
    spread = unicodedata.normalize("NFKD", _CAMEL.sub(" ", unicodedata.normalize("NFC", text)))
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return tuple(_TOKEN.findall(plain.casefold().replace("_", " ")))


def _singular(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words without a plural ending, roughly: enough to look them up."""
    return tuple(_without_plural(token) for token in tokens)


def _without_plural(token: str) -> str:
    kinds = _lexicon().kinds
    for ending in ("s", "es", "e", "en", "n"):
        stem = token.removesuffix(ending)
        if stem != token and (stem,) in kinds:
            return stem
    if token.endswith("ies"):
        return token.removesuffix("ies") + "y"
    return token.removesuffix("s") if len(token) > 3 else token


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    text = (files("casework.documents") / "data" / "kinds.json").read_text("utf-8")
    data = json.loads(text)
    kinds: dict[tuple[str, ...], str] = {}
    for kind, languages in data["kinds"].items():
        for synonyms in languages.values():
            for synonym in (kind, *synonyms):
                kinds.setdefault(_tokens(synonym), kind)
    return _Lexicon(
        kinds,
        max(map(len, kinds)),
        {kind: tuple(words) for kind, words in data["also"].items()},
        tuple(data["media"].items()),
        frozenset(data["lists"]),
    )
