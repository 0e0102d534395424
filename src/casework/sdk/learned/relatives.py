"""Which cases belong together when a model is tried on what it has not seen: those that share a
document, whose documents look alike, or that name the same party."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from casework.sdk.desk.kin import alone, kin_of
from casework.sdk.learned.examples import Given
from casework.sdk.wire import House
from casework.types.procedure import Procedure

_COMMON = 0.3
"""A name that more than this share of the cases have (one's own firm, billed on every invoice)
makes no relatives."""


async def relatives_of(
    house: House, worksheet_id: str, procedure: Procedure, given: Iterable[Given]
) -> Callable[[str], str]:
    """Tells of a case, by its id, the group that it belongs to: the same word for all of it."""
    above: dict[str, str] = {}

    def root(word: str) -> str:
        while (up := above.get(word, word)) != word:
            above[word] = above.get(up, up)
            word = up
        return word

    kin = await kin_of(house.store, worksheet_id) or alone
    known = {one.case.id: one.case for one in given}
    for case in known.values():
        above[root(case.id)] = root(f"kin:{kin(case)}")
        for document in case.documents:
            above[root(case.id)] = root(f"document:{document.sha256}")
    for named in _by_name(procedure, given):
        first, *others = sorted(named)
        for other in others if len(named) <= max(2, _COMMON * len(known)) else ():
            above[root(other)] = root(first)
    return root


def _by_name(procedure: Procedure, given: Iterable[Given]) -> Iterable[set[str]]:
    """The cases that have the same name in a step that asks for one."""
    from casework.extraction.concepts import lexicon
    from casework.extraction.meaning import meaning
    from casework.extraction.tokens import letters_and_digits

    named = {
        step.id
        for step in procedure.steps
        if meaning(step.name, step.instruction, step.type, lexicon()).shape == "name"
    }
    cases: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in given:
        value = one.taught.value
        if one.taught.path in named and isinstance(value, str):
            cases[one.taught.path, letters_and_digits(value)].add(one.case.id)
    return cases.values()
