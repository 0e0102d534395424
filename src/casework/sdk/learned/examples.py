"""What people took, as examples for the steps of a worksheet: verdicts in force, and what was
decided before casework. Bulk acceptance is no example; neither is a rejection, which says only
what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from casework.base.errors import NotFoundError
from casework.sdk.agreement import in_force
from casework.sdk.reading_order import order_of
from casework.sdk.wire import House
from casework.steps.learned import learns
from casework.types.case import CaseDocument, CaseRecord, Recorded
from casework.types.label import Label, open_to, readers_of, shared_readers
from casework.types.learned import Taught
from casework.types.procedure import Procedure, Step
from casework.types.verdict import Verdict

TEACHING = ("accepted", "corrected")


@dataclass(frozen=True, slots=True)
class Given:
    """A value that a person took. `verdict` is None for what was decided before casework."""

    taught: Taught
    case: CaseRecord
    verdict: Verdict | None = None


async def examples_of(
    house: House, worksheet_id: str, procedure: Procedure, *, audience: str | None = None
) -> dict[str, list[Taught]]:
    """The examples of each step that learns, by its path, oldest first; the places of accepted
    values are those that were cited. With an `audience` (`types.label.audience_of`) only those that
    all of it may read."""
    found: dict[str, list[Taught]] = {}
    for path, given in (await given_of(house, worksheet_id, procedure)).items():
        open_ones = [one for one in given if audience is None or is_open(one.taught, audience)]
        found[path] = [await with_places(house, one) for one in open_ones]
    return found


async def given_of(house: House, worksheet_id: str, procedure: Procedure) -> dict[str, list[Given]]:
    """The same without places, which takes reading no outcome."""
    steps = learning_steps(procedure)
    verdicts = in_force(await house.store.verdicts.of_worksheet(worksheet_id))
    held = [one for one in verdicts if one.step_id in steps and _teaches(one, steps[one.step_id])]
    decided = {(one.case_id, one.step_id) for one in verdicts}
    imported = [
        one
        for one in await house.store.past_decisions.of_worksheet(worksheet_id)
        if one.path in steps and (one.case_id, one.path) not in decided
    ]
    ids = dict.fromkeys([one.case_id for one in held] + [one.case_id for one in imported])
    cases = {case.id: case async for case in house.store.cases.stream(worksheet_id, list(ids))}
    found: dict[str, list[Given]] = {path: [] for path in steps}
    for past in imported:
        if past.case_id in cases:
            found[past.path].append(_imported(past, cases[past.case_id], steps[past.path]))
    for verdict in held:
        if verdict.case_id in cases:
            step = steps[verdict.step_id]
            found[step.id].append(_taught(verdict, cases[verdict.case_id], step))
    for given in found.values():
        given.sort(key=lambda one: (one.taught.at, one.taught.id))
    return found


def is_open(taught: Taught, audience: str) -> bool:
    """Whether everyone in an audience may read what an example came from."""
    return open_to(taught.label.readers, readers_of(audience))


def learning_steps(procedure: Procedure) -> dict[str, Step]:
    """The steps that learn, by their paths: those of cases, not those of rows."""
    return {step.id: step for step in procedure.steps if learns(step)}


def fits_model(house: House, step: Step) -> bool:
    """Whether a model of its field is fitted for a step: where the embedded extractor reads it. Of
    one that a language model reads only how sure one may be is learned."""
    from casework.steps.choice import ModelChoice

    with_model = house.settings.text("extract.with") == "auto"
    order = order_of(house.settings) if with_model else ()
    return not ModelChoice(house.endpoints, with_model, order).reads_with_model(step)


def documents_of(case: CaseRecord, step: Step) -> tuple[CaseDocument, ...]:
    """The documents of a case that a step reads."""
    if not step.sources:
        return case.documents
    return tuple(d for d in case.documents if any(d.is_a(kind) for kind in step.sources))


async def outcome_of(house: House, given: Given) -> Recorded | None:
    """The outcome that a verdict was given on; None where there was none, or it has gone."""
    against = given.verdict.against if given.verdict else ""
    if not against:
        return None
    try:
        return await house.store.cells.outcome(against)
    except NotFoundError:
        return None


async def with_places(house: House, given: Given) -> Taught:
    """The example with the places that the person took the value from, or those that the outcome
    cites which they accepted."""
    taught, verdict = given.taught, given.verdict
    if verdict is None or taught.absence:
        return taught
    cited = tuple(one for one in verdict.citations if one.grade != "none")
    if not cited and verdict.kind == "accepted":
        recorded = await outcome_of(house, given)
        cited = recorded.outcome.proof.citations if recorded else ()
    places = tuple((one.document, one.page, one.start, one.end) for one in cited if one.page)
    return replace(taught, places=places) if places else taught


def in_words(examples: Mapping[str, int]) -> str:
    """`12 verdicts and 100 imported rows`."""
    told = []
    if count := examples.get("verdict", 0):
        told.append(f"{count} verdict{'s' if count > 1 else ''}")
    if count := examples.get("imported", 0):
        told.append(f"{count} imported row{'s' if count > 1 else ''}")
    return " and ".join(told) or "nothing"


def counted(taught: Iterable[Taught]) -> dict[str, int]:
    """How many examples there are of each source."""
    counts: dict[str, int] = {}
    for one in taught:
        counts[one.source] = counts.get(one.source, 0) + 1
    return counts


def _teaches(verdict: Verdict, step: Step) -> bool:
    """Whether a verdict says what a document states, or that it does not. One of several values
    says nothing of a step that asks for one by now."""
    of_several = isinstance(verdict.value, list) and not step.type.many
    return verdict.kind in TEACHING and verdict.absence != "unreadable" and not of_several


def _taught(verdict: Verdict, case: CaseRecord, step: Step) -> Given:
    documents = documents_of(case, step)
    taught = Taught(
        verdict.id,
        case.id,
        step.id,
        verdict.value,
        verdict.absence,
        tuple(one.sha256 for one in documents),
        "verdict",
        verdict.at,
        who=verdict.who,
        label=_label(documents, verdict.who).join(verdict.label),
        note=verdict.note,
        against=verdict.against,
        audit=verdict.stream == "audit",
    )
    return Given(taught, case, verdict)


def _imported(past: Taught, case: CaseRecord, step: Step) -> Given:
    documents = documents_of(case, step)
    names = tuple(one.sha256 for one in documents)
    return Given(replace(past, documents=names, label=_label(documents, past.who)), case)


def _label(documents: Sequence[CaseDocument], who: str) -> Label:
    sources = {one.sha256 for one in documents} | ({f"person:{who}"} if who else set())
    return Label(frozenset(sources), shared_readers(one.readers for one in documents))
