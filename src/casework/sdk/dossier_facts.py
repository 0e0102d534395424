"""The facts of a dossier, gathered from the store: nothing is judged that is not on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions, version

from casework.base.clock import stamp
from casework.base.errors import CaseworkError
from casework.base.hashing import digest
from casework.base.settings import Found
from casework.procedures.value_type import type_text
from casework.sdk.agreement import Agreement, agreement, in_force
from casework.sdk.dossier_counts import STANDINGS, SheetCounts, StepCounts
from casework.sdk.following import Following
from casework.sdk.promised.passing import acceptances_now
from casework.sdk.show import shown
from casework.sdk.times import CaseTimes, case_times
from casework.sdk.wire import House
from casework.store.figures import FailedWith, LeftTo, UsedModel
from casework.store.records import DocumentRecord, ProcedureVersion, WorksheetRecord
from casework.types.arrival import WatchRecord
from casework.types.case import value_digest
from casework.types.nesting import DOT, Placed, placed_steps, resolve
from casework.types.procedure import GIVEN, Procedure, Step
from casework.types.run import RunRecord
from casework.types.values import Json
from casework.types.verdict import Verdict

_RUNS_SHOWN = 50
_REASONS_SHOWN = 40
_DISAGREEMENTS_SHOWN = 200
_LIMITS = ("model.", "extract.", "run.", "budget.", "parse.", "rule.", "python.", "border.")
"""Settings that bound what the machine does."""


@dataclass(frozen=True, slots=True)
class StepFacts:
    """One step: what it is, who carries it out, what came of it. `title` is its name, behind those
    of the tables in whose rows it stands."""

    title: str
    step: Step
    type: str
    reads: tuple[str, ...]
    method: str
    requested: tuple[tuple[str, int], ...]
    """Models that were asked for, with the cells in force that came of it."""
    answered: tuple[tuple[str, int], ...]
    methods: tuple[tuple[str, int], ...]
    meaning: str
    counts: StepCounts
    verdicts: Mapping[str, int]
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A cell on which a person decided against the machine."""

    case: str
    step: str
    kind: str
    machine: str
    person: str
    who: str
    at: str
    note: str


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """Documents of one format, read by one version of a reader, that came out in one state."""

    media_type: str
    reader: str
    state: str
    documents: int
    pages: int
    words: int


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a dossier shows."""

    written_at: str
    workspace_id: str
    software: str
    dependencies: tuple[tuple[str, str], ...]
    dependencies_digest: str
    sheet: WorksheetRecord
    procedure: Procedure
    pending: bool
    versions: tuple[ProcedureVersion, ...]
    steps: tuple[StepFacts, ...]
    counts: SheetCounts
    times: CaseTimes
    documents: tuple[DocumentFacts, ...]
    watches: tuple[WatchRecord, ...]
    people: tuple[tuple[str, int], ...]
    agreement: Agreement
    disagreements: tuple[Disagreement, ...]
    disagreed: int
    reasons: tuple[tuple[str, str, str, int], ...]
    reasons_left: int
    models: tuple[UsedModel, ...]
    failures: tuple[FailedWith, ...]
    runs: tuple[RunRecord, ...]
    left: tuple[LeftTo, ...]
    limits: tuple[Found, ...]
    shown_at_random: int


async def gather(house: House, sheet: WorksheetRecord, following: Following) -> Facts:
    """Read it all; changes nothing."""
    store = house.store
    followed = await following.now()
    procedure = followed.procedure
    placed = {one.path: one for one in placed_steps(procedure.steps)}
    passing = await acceptances_now(house, following)
    counts = SheetCounts({path: StepCounts() for path in placed}, passing)
    levels = await _levels(house, sheet.id, placed)
    decided: list[_Decided] = []
    for level in levels:
        await _count(house, level, counts)
        decided += await _decided(house, level)
    judged = [one for one in decided if one.judged]
    marks = {mark for step in counts.steps.values() for mark in step.meanings}
    meanings = await store.meanings.read(marks)
    against = sorted(
        (one.disagreement for one in judged if one.disagreement), key=lambda one: one.at
    )
    installed = tuple(sorted({(d.name, d.version) for d in distributions() if d.name}))
    reasons = counts.reasons.most_common()
    return Facts(
        stamp(house.clock.now()),
        (await store.about()).get("workspace_id", ""),
        version("casework"),
        installed,
        digest([list(pair) for pair in installed]),
        sheet,
        procedure,
        followed.pending,
        tuple(await store.procedures.all(sheet.id)),
        tuple(
            _step_facts(house, one, placed, counts.steps[path], meanings, decided)
            for path, one in placed.items()
        ),
        counts,
        case_times(await store.figures.times(sheet.id)),
        _documents(list((await store.documents.many(counts.documents)).values())),
        tuple(await store.arrivals.watches(sheet.id)),
        tuple(Counter(one.verdict.who for one in decided).most_common()),
        _agreement(judged),
        tuple(against[-_DISAGREEMENTS_SHOWN:]),
        len(against),
        tuple((*told, count) for told, count in reasons[:_REASONS_SHOWN]),
        sum(count for _, count in reasons[_REASONS_SHOWN:]),
        tuple(await store.figures.models(sheet.id)),
        tuple(await store.figures.failures(sheet.id)),
        tuple(await store.runs.latest(sheet.id, _RUNS_SHOWN, asked=True)),
        tuple(await store.figures.left(sheet.id)),
        tuple(found for found in house.settings.all() if found.name.startswith(_LIMITS)),
        sum(one.stands and one.verdict.stream == "audit" for one in decided),
    )


@dataclass(frozen=True, slots=True)
class _Level:
    """The cases of a worksheet, or all rows of one of its tables: their steps by path."""

    sheet_id: str
    steps: Mapping[str, Step]
    rows: bool


@dataclass(frozen=True, slots=True)
class _Decided:
    """A decision. It `stands` if none came after it; it is `judged` if it says something about the
    machine too: bulk acceptance does not, and neither does a value that only a person fills."""

    path: str
    verdict: Verdict
    stands: bool
    judged: bool = False
    disagreement: Disagreement | None = None


async def _levels(house: House, sheet_id: str, placed: Mapping[str, Placed]) -> list[_Level]:
    sheets = {"": sheet_id, **await house.store.rows.sheets(sheet_id)}
    found = []
    for around, id in sheets.items():
        steps = {
            path: one.step for path, one in placed.items() if path.rpartition(DOT)[0] == around
        }
        found.append(_Level(id, steps, bool(around)))
    return found


async def _count(house: House, level: _Level, counts: SheetCounts) -> None:
    async for case in house.store.cases.stream(level.sheet_id):
        if case.retired_at:
            continue
        cells = await house.store.cells.of_case(case.id)
        (counts.add_row if level.rows else counts.add)(level.steps, case, cells)


async def _decided(house: House, level: _Level) -> list[_Decided]:
    verdicts = await house.store.verdicts.of_worksheet(level.sheet_id)
    paths = {step.id: path for path, step in level.steps.items()}
    standing = {verdict.id for verdict in in_force(verdicts)}
    found = []
    for verdict in verdicts:
        path, stands = paths.get(verdict.step_id, ""), verdict.id in standing
        if not path or not stands or verdict.kind == "adopted" or not verdict.against:
            found.append(_Decided(path, verdict, stands))
            continue
        told = await _disagreement(house, level.steps[path], verdict)
        found.append(_Decided(path, verdict, True, True, told))
    return found


async def _disagreement(house: House, step: Step, verdict: Verdict) -> Disagreement | None:
    """What a person said against the machine; None when they left its value as it was."""
    machine = (await house.store.cells.outcome(verdict.against)).outcome
    mark = value_digest(verdict.value, verdict.absence)
    if verdict.kind != "rejected" and machine.value_digest == mark:
        return None
    rejected = verdict.kind == "rejected"
    return Disagreement(
        (await house.store.cases.get(verdict.case_id)).name,
        step.name,
        verdict.kind,
        shown(machine.value, machine.absence or "", step),
        "rejected" if rejected else shown(verdict.value, verdict.absence, step),
        verdict.who,
        verdict.at,
        verdict.note,
    )


def _agreement(decided: Sequence[_Decided]) -> Agreement:
    judged = [one for one in decided if one.judged]
    return agreement(sum(one.disagreement is None for one in judged), len(judged))


def _step_facts(
    house: House,
    placed: Placed,
    every: Mapping[str, Placed],
    counts: StepCounts,
    meanings: Mapping[str, Mapping[str, Json]],
    decided: Sequence[_Decided],
) -> StepFacts:
    step, own = placed.step, [one for one in decided if one.path == placed.path]
    requested: Counter[str] = Counter()
    methods: Counter[str] = Counter()
    for mark, count in counts.meanings.items():
        told = meanings.get(mark, {})
        if told.get("model"):
            requested[str(told["model"])] += count
        method = f"{told.get('method', 'unknown')} {told.get('method_version', '')}"
        methods[method.strip()] += count
    reads = (resolve(name, placed.around, every) for name in step.references)
    return StepFacts(
        placed.title,
        step,
        type_text(step.type) + (", many" if step.type.many else ""),
        tuple(every[path].title for path in reads if path),
        _method(house, step),
        tuple(requested.most_common()),
        tuple(counts.answered_by.most_common()),
        tuple(methods.most_common()),
        counts.meanings.most_common(1)[0][0] if counts.meanings else "",
        counts,
        Counter(one.verdict.kind for one in own),
        _agreement(own),
    )


def _method(house: House, step: Step) -> str:
    """Who would carry the step out now."""
    if step.by == GIVEN:
        return "what stands in the row"
    try:
        method = house.steps().method(step)
    except CaseworkError as error:
        return error.message
    model = f", {method.model}" if method.model else ""
    return f"{method.name} {method.version}{model}"


def _documents(records: Sequence[DocumentRecord]) -> tuple[DocumentFacts, ...]:
    groups: dict[tuple[str, str, str], list[DocumentRecord]] = {}
    for record in records:
        reader = f"{record.reader} {record.reader_version}".strip()
        groups.setdefault((record.media_type, reader, record.state), []).append(record)
    found = [
        DocumentFacts(
            *key, len(group), sum(one.pages for one in group), sum(one.words for one in group)
        )
        for key, group in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.documents, one.media_type)))


def shares(counts: StepCounts) -> list[tuple[str, int]]:
    """How the cells of a step stand, in the order of the pictures."""
    return [(name, counts.standings[name]) for name in STANDINGS]
