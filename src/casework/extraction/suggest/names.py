"""What proposed fields are called, all of them in one language: the label that documents in it
write, else the word of that language for what is meant. A label that the lexicon does not know
keeps its own words, whatever language they are of."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from casework.documents.quality.language import UNKNOWN, decided, points_of, together
from casework.extraction.concepts import LANGUAGES, Concept, Lexicon, build, lexicon
from casework.extraction.meaning import meaning
from casework.extraction.prepared import Prepared
from casework.extraction.tokens import fold, tokens
from casework.types.values import Json, ValueType

_CLEARLY = 1.3
"""By what the documents of one language must outnumber those of the next to decide."""
_TELLING, _SHORT = 24, 3
_NEAR = 0.5
"""A label written so often, compared with the most frequent one, may give the name: the longest."""
_LONGEST_NAME = 48
_FEW_PAGES = 3


def language_of_cases(cases: Sequence[Sequence[Prepared]], told: str = "") -> str:
    """The language (ISO 639-1) of most cases, each by its first document that tells: what is
    attached to it follows. `told` where they leave it open, '' where that is open too."""
    spoken = [
        next((one for prepared in documents if (one := _language_of(prepared))), UNKNOWN)
        for documents in cases
    ]
    found = Counter(one for one in spoken if one != UNKNOWN).most_common(2)
    if found and (len(found) < 2 or found[0][1] >= _CLEARLY * found[1][1]):
        return found[0][0]
    leading = [language for language, _ in found]
    return told if told and (told in leading or not leading) else (leading or [told])[0]


def _language_of(prepared: Prepared) -> str:
    """By its small words; a form has few of them, and is known by the labels that it writes."""
    pages = prepared.layout.pages[:_FEW_PAGES]
    language = decided(together(points_of(page.text) for page in pages))
    if language != UNKNOWN:
        return language
    anchors, votes = prepared.anchors, Counter[str]()
    for number in range(len(anchors)):
        page = prepared.layout.pages[int(anchors.page[number])]
        spoken = _languages_of(page.text[int(anchors.start[number]) : int(anchors.end[number])])
        if len(spoken) == 1:
            votes.update(spoken)
    best = votes.most_common(2)
    if best and (len(best) < 2 or best[0][1] >= _CLEARLY * best[1][1]):
        return best[0][0]
    return UNKNOWN


def name_of(concept: Concept, type: ValueType, written: Counter[str], language: str) -> str:
    """The label as the documents write it most in the language, if that says what is meant without
    them; else the language's own word for it."""
    called = _names("concepts").get(concept.name, {})
    spoken = Counter(
        {
            label: count
            for label, count in written.items()
            if language not in called or not _is_foreign(label, language)
        }
    )
    if spoken:
        first, often = spoken.most_common(1)[0]
        near = [label for label, count in spoken.items() if count >= _NEAR * often]
        fuller = [label for label in near if first.casefold() in label.casefold()]
        for label in (*sorted(fuller, key=_rank_of_label), *near):
            told = _mended(plain(label))
            meant = meaning(told, "", type, lexicon()).main if len(told) > 2 else ()
            if meant and meant[0].name == concept.name:
                return told
    return name_in(concept.name, language)


def name_in(concept: str, language: str) -> str:
    """What a concept is called in a language; in English where that language is not known."""
    called = _names("concepts").get(concept, {})
    return called.get(language) or called.get("en") or concept.replace("_", " ").capitalize()


def own_name(name: str, language: str) -> str:
    """What is called that has no concept: `rows`, `more_rows`, `sums_agree`."""
    called = _names("own")[name]
    return called.get(language, called["en"])


def heading_in(written: Counter[str], language: str) -> str:
    """The heading of a column as it is written most in the language, else as most of all."""
    for label, _ in written.most_common():
        spoken = _languages_of(label)
        if not spoken or language in spoken or language not in LANGUAGES:
            return label
    concept = _concept_of(next(iter(written)))
    called = _names("concepts").get(concept, {}).get(language, "")
    return called or written.most_common(1)[0][0]


def plain(label: str) -> str:
    """A label as the name of a step: nothing in it that a procedure reads as its own."""
    told = "".join(" " if one in '{}`\\#.›"' or not one.isprintable() else one for one in label)
    return " ".join(told.split())[:_LONGEST_NAME].strip(" :-")


def _mended(label: str) -> str:
    """The label without the blanks that bad spacing put into a word: `Br uttosumme`."""
    joined = label.replace(" ", "")
    return joined if " " in label and _languages_of(joined) and len(joined) > _SHORT else label


def _rank_of_label(label: str) -> tuple[bool, int]:
    """The order of labels as names: the fuller the better, but none that bad spacing broke."""
    broken = any(
        len(word) < _SHORT and word.isalpha() and fold(word) not in _small()
        for word in label.split()[:-1]
    )
    return broken, -min(len(label), _TELLING)


def _is_foreign(label: str, language: str) -> bool:
    """Whether other languages than this one have such a label, and this one has not."""
    spoken = _languages_of(label)
    return bool(spoken) and language not in spoken


@cache
def _languages_of(label: str) -> frozenset[str]:
    """The languages that have a label of these words; none where no language is known to."""
    return frozenset(language for language in LANGUAGES if _whole(label, _spoken()[language]))


def _concept_of(label: str) -> str:
    known = lexicon()
    found = _whole(label, known)
    return known.concepts[found[0]].name if found else ""


def _whole(label: str, known: Lexicon) -> tuple[int, ...]:
    """The concepts that a label means from its first word to its last."""
    names = tokens(label)
    return tuple(
        index
        for match in known.matches(names)
        if match.first == 0 and match.last == len(names) - 1
        for index, _ in match.concepts
    )


@cache
def _small() -> frozenset[str]:
    """The short words that labels have: `de`, `no`."""
    found: set[str] = set()
    nodes: list[dict[str, object]] = [lexicon().trie]
    while nodes:
        for word, following in nodes.pop().items():
            if isinstance(following, dict):
                found.add(word)
                nodes.append(following)
    return frozenset(word for word in found if len(word) < _SHORT)


@cache
def _spoken() -> dict[str, Lexicon]:
    """The lexicon of each language by itself."""
    folder = resources.files("casework.extraction") / "lexicon"
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".json")), key=str)
    tables = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    return {
        language: build([_only(table, language) for table in tables if "concepts" in table], words)
        for language in LANGUAGES
    }


def _only(table: dict[str, Json], language: str) -> dict[str, Json]:
    concepts = table["concepts"]
    assert isinstance(concepts, dict)
    others: Iterable[str] = set(LANGUAGES) - {language}
    kept: dict[str, Json] = {
        name: {key: value for key, value in entry.items() if key not in others}
        for name, entry in concepts.items()
        if isinstance(entry, dict)
    }
    return {**table, "concepts": kept}


@cache
def _names(part: str) -> dict[str, dict[str, str]]:
    path = resources.files("casework.extraction.suggest") / "names.json"
    told: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))[part]
    return told
