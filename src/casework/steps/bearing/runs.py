"""Covers the words of a sentence: by names and values of cells, or by running text in its order.

Words from running text must follow each other there as they do in the sentence: who reads
`the tenant pays the rent and the landlord repairs the roof` may not say that the tenant repairs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from casework.steps.bearing.items import Item
from casework.steps.bearing.mentions import alike

_Spot = tuple[int, int]
_Path = tuple[_Spot | None, ...]
_FIGURE = "\0figure"
_MOST_STATES = 20_000
"""Ways to cover a sentence that are tried; one that needs more counts as not covered."""
_FREE = frozenset({"free"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the sentence that has to be borne. `kinds` says what of the cells bears it: `name`,
    `value`, or a word that needs no more (`free`); empty when no cell does."""

    at: int
    item: Item
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Covered:
    """How each word is borne: the place in a text (text, item), or None when by a cell. `reached`
    is how many words could be covered when not all could."""

    spots: _Path
    reached: int
    whole: bool


@dataclass(frozen=True, slots=True)
class _State:
    """Before word `at`: the last place in a text; whether words of cells stood before; whether the
    run began inside a clause, so that no other may follow; whether words of cells broke it off."""

    at: int
    spot: _Spot | None
    mixed: bool
    loose: bool
    broken: bool


@dataclass(slots=True)
class _Search:
    words: Sequence[Word]
    texts: Sequence[Sequence[Item]]
    failed: set[_State] = field(default_factory=set)
    index: dict[str, list[_Spot]] = field(default_factory=dict)
    best: _Path = ()

    def run(self, state: _State, path: _Path) -> _Path | None:
        """The places of all words, or None; an explicit stack, since sentences may be long."""
        stack = [(state, path)]
        while stack:
            state, path = stack.pop()
            if len(path) > len(self.best):
                self.best = path
            if state.at == len(self.words):
                return path
            if state in self.failed:
                continue
            if len(self.failed) >= _MOST_STATES:
                return None
            self.failed.add(state)
            stack.extend(reversed(list(self._steps(state, path))))
        return None

    def _steps(self, state: _State, path: _Path) -> Iterator[tuple[_State, _Path]]:
        word = self.words[state.at]
        if state.spot is not None and not state.broken:
            for spot in self._following(state.spot, word.item):
                yield replace(state, at=state.at + 1, spot=spot), (*path, spot)
        of_cells = list(self._by_cells(word, state, path))
        in_texts = list(self._anew(word, state, path))
        denies = word.item.weight == "negation"  # a text that denies as well comes first
        yield from (*in_texts, *of_cells) if denies else (*of_cells, *in_texts)

    def _by_cells(self, word: Word, state: _State, path: _Path) -> Iterator[tuple[_State, _Path]]:
        if word.kinds and (word.kinds == _FREE or self._may_end(state.spot)):
            of_cell = word.kinds != _FREE
            mixed, broken = state.mixed or of_cell, state.broken or of_cell
            yield replace(state, at=state.at + 1, mixed=mixed, broken=broken), (*path, None)

    def _anew(self, word: Word, state: _State, path: _Path) -> Iterator[tuple[_State, _Path]]:
        """A new run in some text."""
        if not state.loose and self._may_end(state.spot):
            anywhere = state.spot is None and not state.mixed
            for spot in self._beginnings(word.item, anywhere):
                loose = not self.texts[spot[0]][spot[1]].opens
                after = _State(state.at + 1, spot, state.mixed, loose, False)
                yield after, (*path, spot)

    def _following(self, spot: _Spot, item: Item) -> Iterator[_Spot]:
        text, at = spot
        items = self.texts[text]
        for step in (1, 2):
            if at + step >= len(items):
                return
            following = items[at + step]
            if following.opens:
                return
            if alike(item, following):
                yield text, at + step
                return
            if following.figure is None or _same_type(following, item):
                return

    def _beginnings(self, item: Item, anywhere: bool) -> Iterator[_Spot]:
        for number, at in self._places_of(item):
            candidate = self.texts[number][at]
            if (anywhere or candidate.opens) and alike(item, candidate):
                yield number, at

    def _places_of(self, item: Item) -> list[_Spot]:
        """Where something like an item may stand: the same stem, or any figure."""
        if not self.index:
            for number, items in enumerate(self.texts):
                for at, candidate in enumerate(items):
                    key = _FIGURE if candidate.figure is not None else candidate.stem
                    self.index.setdefault(key, []).append((number, at))
        return self.index.get(_FIGURE if item.figure is not None else item.stem, [])

    def _may_end(self, spot: _Spot | None) -> bool:
        """Whether a run may be left here for other words: at the end of a clause, or a figure."""
        if spot is None:
            return True
        text, at = spot
        items = self.texts[text]
        last = at + 1 >= len(items) or items[at + 1].opens
        return last or items[at].figure is not None


def cover(words: Sequence[Word], texts: Sequence[Sequence[Item]]) -> Covered:
    """Cover all words, or as many as can be from the first on. `texts` hold only what counts."""
    search = _Search(words, texts)
    found = search.run(_State(0, None, False, False, False), ())
    if found is not None:
        return Covered(found, len(words), True)
    return Covered(search.best, len(search.best), False)


def _same_type(one: Item, other: Item) -> bool:
    return (
        one.figure is not None and other.figure is not None and one.figure.type == other.figure.type
    )
