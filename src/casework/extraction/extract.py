"""The door: typed fields filled from documents without a language model.

`prepare` a document once, `answer` any number of fields. Every value is a piece of the text of a
page, so that its citation is exact. Knows nothing of steps, cases or the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from casework.extraction.absent import stated_absent
from casework.extraction.answers import Answer, Candidate, Wanted
from casework.extraction.choose import Group, because, choose, groups, nothing
from casework.extraction.clause import clauses
from casework.extraction.concepts import lexicon
from casework.extraction.learned import FieldModel
from casework.extraction.meaning import Intent, meaning
from casework.extraction.prepared import Prepared, prepare
from casework.extraction.score import Scored, scored
from casework.extraction.statements import find_figure
from casework.extraction.tables import find_table
from casework.types.proof import Searched
from casework.types.values import Json

__all__ = [
    "Answer",
    "Candidate",
    "Prepared",
    "Reading",
    "Wanted",
    "answer",
    "prepare",
    "read",
]

_REMEMBERED = 1024


def answer(
    documents: Sequence[Prepared], wanted: Wanted, learned: FieldModel | None = None
) -> Answer:
    """The value of a field from the documents of a case, or an absence with its reason. `learned`
    is the field's model, where one was fitted."""
    return read(documents, wanted, learned).answer


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer with the candidates that it was chosen from, document by document: `found` with
    the scores of the hand-set weights, `rescored` with those of the field's model (None without
    one). Both are empty where no candidates were scored: clauses, tables, figures of statements."""

    answer: Answer
    found: tuple[Scored, ...] = ()
    rescored: tuple[Scored, ...] | None = None


def read(
    documents: Sequence[Prepared], wanted: Wanted, learned: FieldModel | None = None
) -> Reading:
    """As `answer`, with what a confidence is made of."""
    intent = _meant(wanted)
    looked = searched(documents)
    if not any(each.layout.pages for each in documents):
        return Reading(Answer((), "unreadable", nothing(intent, (), ()), 0.0, 0.0, (), looked))
    if wanted.type.name == "table":
        return Reading(_table(documents, wanted, intent, looked))
    if wanted.type.name == "record":
        return Reading(_record(documents, wanted, intent, looked))
    figure = find_figure(documents, wanted, intent, looked)
    if figure is not None:
        return Reading(figure)
    if intent.shape == "clause":
        return Reading(settled(documents, intent, clauses(documents, intent), looked))
    found = tuple(scored(prepared, intent) for prepared in documents)
    rescored = None if learned is None else tuple(learned.rescore(one) for one in found)
    ranked = groups(found if rescored is None else rescored)
    return Reading(settled(documents, intent, ranked, looked), found, rescored)


@lru_cache(maxsize=_REMEMBERED)
def _meant(wanted: Wanted) -> Intent:
    """What a field asks for, worked out once for all documents."""
    return meaning(wanted.name, wanted.instruction, wanted.type, lexicon())


def settled(
    documents: Sequence[Prepared],
    intent: Intent,
    ranked: list[Group],
    looked: tuple[Searched, ...],
) -> Answer:
    """The choice among the values; where none is good, what the document says of its absence."""
    chosen = choose(ranked, intent, looked)
    if chosen.picks and chosen.score > _SURE:
        return chosen
    for prepared in documents:
        place = stated_absent(prepared, intent)
        if place is not None:
            told = f"{place.document_name}, page {place.page}, says {place.text!r} at the label."
            return replace(
                chosen, picks=(), absence="stated_absent", reason=told, runners_up=(place,)
            )
    return chosen


_SURE = 2.0
"""A value this good is taken even if some label of the field says `none`."""


def _table(
    documents: Sequence[Prepared], wanted: Wanted, intent: Intent, looked: tuple[Searched, ...]
) -> Answer:
    found = [table for each in documents if (table := find_table(each, wanted.type)) is not None]
    if not found:
        names = ", ".join(field.name for field in wanted.type.fields)
        reason = f"No row names two of the columns {names}. {nothing(intent, looked, ())}"
        return Answer((), "not_found", reason, 0.0, 0.0, (), looked)
    found.sort(key=lambda each: -each.score)
    best = found[0]
    group = Group("", best, best.score, True, False)
    return Answer((best,), None, because(group), best.score, best.score, tuple(found[1:]), looked)


def _record(
    documents: Sequence[Prepared], wanted: Wanted, intent: Intent, looked: tuple[Searched, ...]
) -> Answer:
    """Each field by itself; cited is the place of the field that was surest."""
    record: dict[str, Json] = {}
    picks: list[Candidate] = []
    for field in wanted.type.fields:
        part = answer(documents, Wanted(field.name, field.name, field.instruction, field.type))
        values: list[Json] = [pick.value for pick in part.picks]
        record[field.name] = None if not values else values if field.type.many else values[0]
        picks += part.picks
    if not picks:
        return Answer((), "not_found", nothing(intent, looked, ()), 0.0, 0.0, (), looked)
    best = max(picks, key=lambda pick: pick.score)
    whole = replace(best, value=record)
    group = Group("", whole, best.score, True, False)
    return Answer((whole,), None, because(group), best.score, best.score, tuple(picks), looked)


def searched(documents: Sequence[Prepared]) -> tuple[Searched, ...]:
    """The pages with text that were looked at."""
    return tuple(
        Searched(
            each.document.sha256,
            each.document_name,
            tuple(page.number for page in each.layout.pages),
        )
        for each in documents
    )
