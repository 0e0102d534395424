"""A model learns from what people took where the hand-set score is at a loss."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from casework.extraction.concepts import lexicon
from casework.extraction.extract import Wanted, answer
from casework.extraction.features import key_of
from casework.extraction.learned import Learned, best
from casework.extraction.meaning import meaning
from casework.extraction.score import scored
from casework.learn.fit import Example, fit
from casework.types.values import ValueType
from tests.extraction.typeset import ready

FIELD = Wanted("contact", "Handler", "Who handles it on our side", ValueType("text"))
NAMES = ("Anna Berg", "Boris Klein", "Clara Stein", "David Wolff", "Emma Lang", "Felix Rau",
         "Greta Sommer", "Henrik Falk", "Ida Brandt", "Jonas Keller")  # fmt: skip
OTHERS = ("Karl Maier", "Lena Huber", "Max Vogel", "Nora Frank", "Otto Seidel", "Paula Ernst",
          "Rolf Hahn", "Sonja Adler", "Timo Kern", "Vera Busch")  # fmt: skip


def _page(name: str, other: str) -> str:
    return f"""
FILE NOTE

Zqx:\t{other}
Vrb:\t{name}
Wpl:\tHamburg
"""


def _example(at: int, right: str = "") -> Example:
    found = ready(_page(NAMES[at], OTHERS[at]), name=f"{at}.pdf")
    intent = meaning(FIELD.name, FIELD.instruction, FIELD.type, lexicon())
    keys = frozenset({key_of(right)} if right else ())
    return Example(f"{at}", scored(found, intent), keys)


def _asked(at: int, learned: Learned | None) -> list[str]:
    found = answer([ready(_page(NAMES[at], OTHERS[at]))], FIELD, learned)
    return [pick.text for pick in found.picks]


def test_a_label_that_nobody_knew_is_learned_from_a_few_examples() -> None:
    learned = fit([_example(at, NAMES[at]) for at in range(6)])
    assert learned.examples == 6
    assert [_asked(at, learned) for at in range(6, 10)] == [[NAMES[at]] for at in range(6, 10)]
    assert [_asked(at, None) for at in range(6, 10)] != [[NAMES[at]] for at in range(6, 10)]


def test_what_documents_do_not_state_is_learned_too() -> None:
    learned = fit([_example(at) for at in range(6)])
    assert [_asked(at, learned) for at in range(6, 10)] == [[], [], [], []]


def test_without_examples_nothing_changes() -> None:
    assert [_asked(at, fit([])) for at in range(4)] == [_asked(at, None) for at in range(4)]


def test_the_same_examples_give_the_same_model() -> None:
    one, other = (fit([_example(at, NAMES[at]) for at in range(4)]) for _ in range(2))
    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.context, other.context)
    assert one.values == {key_of(name): 1 for name in NAMES[:4]}


def test_a_field_with_many_values_keeps_all_that_are_right() -> None:
    many = Wanted("names", "Names", "All who are named", ValueType("text", many=True))
    intent = meaning(many.name, many.instruction, many.type, lexicon())
    examples = [
        Example(
            f"{at}",
            scored(ready(_page(NAMES[at], OTHERS[at])), intent),
            frozenset({key_of(NAMES[at]), key_of(OTHERS[at])}),
        )
        for at in range(7)
    ]
    learned = fit(examples, many=True)
    found = answer([ready(_page(NAMES[8], OTHERS[8]))], many, learned)
    assert {pick.text for pick in found.picks} == {NAMES[8], OTHERS[8]}


def test_a_value_that_no_candidate_states_is_not_learned_as_an_absence() -> None:
    examples = [_example(at, NAMES[at]) for at in range(4)]
    lost = [replace(_example(at), right=frozenset({"?lost"})) for at in range(4, 8)]
    learned = fit([*examples, *lost])
    assert learned.lean > 0
    assert [_asked(at, learned) for at in (8, 9)] == [[NAMES[8]], [NAMES[9]]]
    likely, nothing = learned.chances(_example(8).found)
    assert sum(likely.values()) + nothing < 1.0


def test_absences_alone_lean_to_nothing() -> None:
    assert fit([_example(at) for at in range(4)]).lean == 0.0


def test_a_name_on_every_page_leaves_room_for_others() -> None:
    found = _example(0).found
    again = np.repeat(np.arange(len(found.scores)), 9)
    many = replace(
        found,
        candidates=replace(
            found.candidates, values=tuple(found.candidates.values[at] for at in again.tolist())
        ),
        scores=found.scores[again],
    )
    kept = [key_of(many.candidates.values[at]) for at in best(many).tolist()]
    assert set(kept) == {key_of(value) for value in found.candidates.values}
