"""What a step that somebody writes in plain words gives, where nobody says its type: what its rule
gives, else what its name stands for in documents, by the lexicon of labels."""

from __future__ import annotations

from collections.abc import Sequence

from casework.base.errors import CaseworkError
from casework.sdk.suggesting.views import SuggestedStep
from casework.sdk.suggesting.writing import line, procedure_text, shown_type

_SURE = 1.0
"""The strength of a name that stands for one thing alone."""
_TEXT, _RULE = "text", "yes/no"


def guessed_type(own: SuggestedStep, others: Sequence[SuggestedStep]) -> str:
    """The type of a step, as in a list of steps. `others` are those that its rule may name."""
    if own.rule:
        return _of_rule(own, others)
    return _of_name(own.name)


def _of_rule(own: SuggestedStep, others: Sequence[SuggestedStep]) -> str:
    """What a rule gives; yes or no where that cannot be told, as of most rules."""
    from casework.procedures.compile import compile_procedure

    kept = [one for one in others if one.keep]
    try:
        steps = compile_procedure(procedure_text("Draft", "", [*kept, own])).steps
    except CaseworkError:  # what is wrong with it is told beside it
        return _RULE
    found = next((one for one in steps if one.name == own.name), None)
    return shown_type(found.type) if found else _RULE


def _of_name(name: str) -> str:
    """What all words of a name together stand for; text where that is nothing known."""
    from casework.extraction.concepts import lexicon
    from casework.extraction.suggest.kinds import type_of_concept
    from casework.extraction.tokens import tokens

    known = lexicon()
    words = list(tokens(line(name)))
    for match in known.matches(words):
        if (match.first, match.last) == (0, len(words) - 1):
            sure = [index for index, strength in match.concepts if strength >= _SURE]
            types = {type_of_concept(known.concepts[index]).name for index in sure}
            if len(types) == 1:
                return types.pop()
    return _TEXT
