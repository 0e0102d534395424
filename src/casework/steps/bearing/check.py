"""The door: whether a sentence says only what it rests on. '' when it does, else why not, in words.

Strict on purpose: a sentence that says the same in other words is marked too. Better a good
sentence that a person looks at than an invention that nobody does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from casework.documents.places.folding import fold_quote
from casework.steps.bearing.binding import misnamed, words_of
from casework.steps.bearing.facts import Fact, Ground, around_stems, name_items, name_stems
from casework.steps.bearing.items import Item, clauses_of, items_of, spoken_in
from casework.steps.bearing.mentions import mentions_of
from casework.steps.bearing.mingled import Looked, mingled, misreasoned
from casework.steps.bearing.runs import Word, cover
from casework.steps.bearing.stated import contradicted
from casework.steps.bearing.tongue import Tongue

_LONGEST = 1000
"""Letters. A sentence beyond this is no sentence."""
_ENUMERATING = frozenset(
    ["and", "or", "und", "oder", "sowie", "et", "ou", "y", "o", "e", "en", "of"]
)
_SHORT_CLAUSE = 2
"""A clause of so few words is an item of a list rather than a statement."""
_QUOTED = re.compile(r"[“„«\"]([^“”„«»\"]{2,})[”“»\"]")


def problem_of(sentence: str, ground: Ground) -> str:
    """Why the sentence is not borne by what it rests on; '' when it is."""
    if not ground.facts and not ground.texts:
        return "it rests on nothing"
    if len(sentence) > _LONGEST:
        return "it is too long to be checked"
    tongue = spoken_in(sentence)
    items = items_of(sentence, tongue)
    if not any(item.counts for item in items):
        return "it says nothing that could be checked"
    if "?" in sentence:
        return "it asks and does not say"
    texts = [items_of(text.text, tongue) for text in ground.texts]
    looked = _look(items, tongue, ground, texts)
    return (
        _misquoted(sentence, ground)
        or _uncovered(looked, ground)
        or misnamed(items, looked.mentions, (*ground.facts, *ground.others), tongue)
        or _unsaid(looked, ground)
        or contradicted(items, _cell_items(looked), ground.facts, tongue)
        or _left_out(looked, texts)
        or mingled(looked, ground)
        or misreasoned(looked, ground)
    )


def _look(
    items: tuple[Item, ...], tongue: Tongue, ground: Ground, texts: Sequence[Sequence[Item]]
) -> Looked:
    mentions = mentions_of(items, ground.facts, tongue)
    valued = {at for m in mentions for at in range(m.first, m.end)}
    naming = frozenset().union(*(around_stems(fact, tongue) for fact in ground.facts))
    free = _free_words(ground, tongue)
    words = [
        Word(at, item, _kinds(at, item, valued, naming, free))
        for at, item in enumerate(items)
        if item.counts
    ]
    return Looked(items, tongue, mentions, words, cover(words, [_counting(t) for t in texts]))


def _kinds(
    at: int, item: Item, valued: set[int], naming: frozenset[str], free: frozenset[str]
) -> frozenset[str]:
    kinds = set()
    if at in valued:
        kinds.add("value")
    if item.stem in naming and item.figure is None:
        kinds.add("name")
    if item.word in free:
        kinds.add("free")
    return frozenset(kinds)


def _free_words(ground: Ground, tongue: Tongue) -> frozenset[str]:
    """Words that need nothing more because of what is cited: those of a decision, of an absence,
    of a reason where one cited cell reads another, and what the case is called."""
    free = set(tongue.topics & {*_words(ground.topics), *words_of(ground.topics, tongue)})
    free |= tongue.negations  # whether what is denied may be is looked at by itself
    cells = {fact.cell for fact in ground.facts}
    if any(fact.choice and not fact.absence for fact in ground.facts):
        free |= tongue.judging
    if any(not cells.isdisjoint(fact.reads) for fact in ground.facts):
        free |= tongue.reasons | tongue.conclusions
    if any(fact.absence for fact in ground.facts):
        free |= tongue.absences | tongue.missing
    if any(fact.value is True for fact in ground.facts):
        free.add("yes")
    return frozenset(free)


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


def _counting(items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(item for item in items if item.counts)


def _misquoted(sentence: str, ground: Ground) -> str:
    told = [fold_quote(text.text) for text in ground.texts]
    told += [fold_quote(fact.wording) for fact in ground.facts if fact.wording]
    for found in _QUOTED.finditer(sentence):
        if not any(fold_quote(found[1]) in text for text in told):
            return f"“{found[1]}” does not stand there letter by letter"
    return ""


def _uncovered(looked: Looked, ground: Ground) -> str:
    if looked.covered.whole:
        return ""
    borne = {item.stem for text in ground.texts for item in items_of(text.text, looked.tongue)}
    for word in looked.words:
        if not word.kinds and word.item.stem not in borne:
            return f"“{word.item.text}” stands in nothing that it rests on"
    stuck = looked.words[min(looked.covered.reached, len(looked.words) - 1)]
    return f"it puts words together that do not stand together, at “{stuck.item.text}”"


def _unsaid(looked: Looked, ground: Ground) -> str:
    """Names whose value the sentence does not give, in words; a sentence that states nothing."""
    said = {id(fact) for mention in looked.mentions for fact in mention.facts}
    cells_said = {(fact.cell, fact.name) for m in looked.mentions for fact in m.facts}
    runs = {ground.texts[spot[0]].cell for spot in looked.covered.spots if spot is not None}
    for word in looked.by_cells:
        if word.kinds & {"value", "free"} or "name" not in word.kinds:
            continue
        named = [f for f in ground.facts if word.item.stem in around_stems(f, looked.tongue)]
        told = [f for f in named if id(f) in said or (f.cell, f.name) in cells_said]
        own = [f for f in told if word.item.stem in name_stems(f, looked.tongue)]
        if own and not any(_whole_name(f, looked) for f in own):
            return f"it calls {own[0].name} by a part of its name"
        if told or any(f.states for f in named):
            continue
        if any(f.cell in runs for f in named):
            continue
        if not _around_said(named, word, looked):
            return f"it names {named[0].name} and does not say its value"
    states = any(fact.states for fact in ground.facts)
    if not looked.mentions and not runs and not states:
        return "it says nothing of what it rests on"
    return ""


def _whole_name(fact: Fact, looked: Looked) -> bool:
    """Whether all words that count of a name stand in the sentence."""
    said = {item.stem for item in looked.items}
    return all(item.stem in said for item in name_items(fact, looked.tongue) if item.counts)


def _around_said(named: Sequence[Fact], word: Word, looked: Looked) -> bool:
    """Whether a word is of the name of a table of which some value is said."""
    cells = {fact.cell for mention in looked.mentions for fact in mention.facts}
    return any(
        fact.inside and word.item.stem not in name_stems(fact, looked.tongue) and fact.cell in cells
        for fact in named
    )


def _cell_items(looked: Looked) -> frozenset[int]:
    """The indexes of the items that no running text bears."""
    in_text = {
        word.at
        for word, spot in zip(looked.words, looked.covered.spots, strict=False)
        if spot is not None
    }
    valued = {
        at for m in looked.mentions if m.facts[0].family == "text" for at in range(m.first, m.end)
    }
    return frozenset(range(len(looked.items))) - in_text - valued


def _left_out(looked: Looked, texts: Sequence[Sequence[Item]]) -> str:
    """A denial or condition that stands beside the words that were taken from a text."""
    spots = {spot for spot in looked.covered.spots if spot is not None}
    counting = [_counting(text) for text in texts]
    bound = [spot for spot in spots if _binds(counting[spot[0]][spot[1]], looked.tongue)]
    homes = {(text, counting[text][at].sentence) for text, at in spots}
    if bound and len(homes) > 1:
        text, at = bound[0]
        return f"“{counting[text][at].text}” stands there before something else"
    for number, items in enumerate(counting):
        clauses = clauses_of(items)
        taken = [at for text, at in spots if text == number]
        if cut := _cut_off(items, texts[number], taken):
            return cut
        for at, item in enumerate(items):
            if (number, at) in spots:
                continue
            beside = [spot for spot in taken if items[spot].sentence == item.sentence]
            if any(_governs(at, spot, items, clauses, looked.tongue) for spot in beside):
                return f"it leaves out “{item.text}”"
    return ""


def _cut_off(items: Sequence[Item], whole: Sequence[Item], taken: Sequence[int]) -> str:
    """An enumeration that is broken off: `the law of England` from `… of England and Wales`."""
    for at in taken:
        following = items[at + 1] if at + 1 < len(items) else None
        if following is None or at + 1 in taken or not following.opens:
            continue
        before = [item for item in whole if item.end <= following.start]
        rest = [item for item in items[at + 1 :] if item.sentence == following.sentence]
        length = next((n for n, item in enumerate(rest) if n and item.opens), len(rest))
        if before and before[-1].word in _ENUMERATING and length <= _SHORT_CLAUSE:
            return f"it leaves out “{following.text}”"
    return ""


def _binds(item: Item, tongue: Tongue) -> bool:
    """Whether a word makes one thing hang on another: a condition, a reason."""
    return item.word in tongue.conditions or item.weight == "cause"


def _governs(
    at: int, spot: int, items: Sequence[Item], clauses: Sequence[int], tongue: Tongue
) -> bool:
    """Whether the word at `at` limits what stands at `spot` of the same sentence: a condition
    always, a denial what stands in its clause or behind it, a modal the word right behind it."""
    item = items[at]
    if item.word in tongue.conditions:
        return at > spot or item.word not in tongue.joins
    if item.weight == "negation":
        return clauses[at] <= clauses[spot]
    return item.word in tongue.modals and spot == at + 1
