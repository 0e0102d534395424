"""What files suggest as steps: without a model from the files themselves, with one from a goal or a
written procedure. Makes no worksheet and keeps nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from casework.base.errors import UsageError
from casework.base.ids import slug, uuid7
from casework.sdk.action import action
from casework.sdk.grouping import (
    Incoming,
    case_key,
    check_grouping,
    choose_grouping,
    opened,
    thread_of,
)
from casework.sdk.suggesting.pricing import expected_usd
from casework.sdk.suggesting.reading import FileReader, OnRead, ReadFiles
from casework.sdk.suggesting.views import (
    ExampleView,
    FirstRun,
    GroupingChoice,
    Suggested,
    SuggestedFile,
    SuggestedStep,
)
from casework.sdk.suggesting.writing import (
    line,
    procedure_text,
    shown_type,
    step_type,
    with_problems,
)
from casework.sdk.wire import House
from casework.steps.suggest import Wish, Worded, WordedStep, worded_steps
from casework.values.show import show

if TYPE_CHECKING:
    from casework.extraction.answers import Candidate
    from casework.extraction.extract import Prepared
    from casework.extraction.suggest.propose import Proposal

OnTry = Callable[[int, int], None]
MOST_STEPS = 20
_KEPT_AT_FIRST = 12
_KEPT_RANK = 0.45
"""A proposal is kept at first when it is as telling as this."""
_TRIED = 48
"""Cases that proposals are tried on; many more say the same and take longer."""
_ROLE = "best"
_MOST_PROCEDURE = 60_000
"""Letters of a written procedure that a model is shown."""
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Gathered:
    """Files that were read, made into cases of which some are made ready to be asked."""

    read: ReadFiles
    groupings: tuple[GroupingChoice, ...]
    how: str
    cases: tuple[tuple[Prepared, ...], ...]


class Suggesting:
    """What files suggest."""

    def __init__(self, house: House) -> None:
        self._house = house

    @action("edit")
    async def suggest(
        self,
        *paths: str | Path,
        goal: str = "",
        sop: str | Path = "",
        cases: str = "",
        on_read: OnRead | None = None,
        on_try: OnTry | None = None,
    ) -> Suggested:
        """Read files and folders, and propose steps with an example value each. `cases` says what
        makes a case ('' for what fits). A `goal` in plain words, or an `sop` (a file that describes
        the work), is turned into steps by the model of the role `best`; without them no model is
        asked. Nothing is kept. Raises `UsageError` for a path that is not there, `ModelError`."""
        reader = FileReader(self._house)
        read = await reader.read([Path(path) for path in paths], on_read)
        gathered = await gather(read, cases)
        found = await proposed(gathered, on_try)
        if not (goal.strip() or sop):
            return found
        text, name = await procedure_words(reader, Path(sop)) if sop else ("", "")
        return await with_worded(self._house, gathered, found, Wish(goal, text, name))

    @action("read")
    async def procedure(self, suggested: Suggested) -> str:
        """The kept steps as a procedure in Markdown."""
        return procedure_text(suggested.title, suggested.preamble, suggested.steps)


async def gather(read: ReadFiles, told: str = "") -> Gathered:
    """The files as cases, by the grouping asked for or the one that fits."""
    files = [file for file in read.incoming if file.arrivals]
    singles = opened(files)
    how = check_grouping(told) if told and told != "auto" else choose_grouping(singles)
    choices = [GroupingChoice(one, len(_cases(singles, one))) for one in _ways(singles, how)]
    grouped = list(_cases(singles, how).values())
    prepared = await asyncio.to_thread(_prepared, _spread(grouped))
    return Gathered(read, tuple(choices), how, prepared)


async def proposed(gathered: Gathered, on_try: OnTry | None = None) -> Suggested:
    """The steps that the files themselves suggest."""
    from casework.extraction.suggest.propose import propose

    loop = asyncio.get_running_loop()

    def tell(done: int, total: int) -> None:
        if on_try is not None:
            loop.call_soon_threadsafe(on_try, done, total)

    found = await asyncio.to_thread(propose, gathered.cases, most=MOST_STEPS, tell=tell)
    steps = [_step(one, at) for at, one in enumerate(found)]
    return Suggested(
        title_of(gathered.read),
        gathered.read.files,
        gathered.groupings,
        gathered.how,
        with_problems(steps),
        len(gathered.cases),
        gathered.read.unread,
    )


async def with_worded(house: House, gathered: Gathered, found: Suggested, wish: Wish) -> Suggested:
    """With the steps that a model makes of a goal or a written procedure before those that the
    files suggest by themselves, which stay to be chosen where they say something else."""
    if not (wish.goal.strip() or wish.procedure.strip()):
        raise UsageError(
            "There is no goal and no text of a written procedure.",
            fix="Say in a sentence what is to be found out or decided about each case.",
        )
    labels = tuple(step.name for step in found.steps if step.source == "label")
    model = house.gateway.name_of(_ROLE)
    told = await worded_steps(house.gateway, model, replace(wish, labels=labels))
    source = "procedure" if wish.procedure.strip() else "goal"
    steps = [await tried(gathered, _worded(one, source)) for one in told.steps]
    return merged(found, steps, told)


def merged(found: Suggested, steps: Sequence[SuggestedStep], told: Worded) -> Suggested:
    """The worded steps first; of the others those whose name is not taken, not kept at first."""
    taken = {slug(step.name) for step in steps}
    rest = [
        replace(step, keep=False)
        for step in found.steps
        if slug(step.name) not in taken and step.source != "sum"
    ]
    cost = told.usage.cost_usd if told.usage is not None else None
    return replace(
        found,
        title=told.title or found.title,
        preamble=told.preamble,
        steps=with_problems([*steps, *rest]),
        model=told.model,
        cost_usd=cost,
    )


async def tried(gathered: Gathered, step: SuggestedStep) -> SuggestedStep:
    """The step with an example from the files, where they say it without a model."""
    if step.rule or step.by in ("person", "model") or "{" in step.instruction:
        return replace(step, found=0, of=0, example=None)
    return await asyncio.to_thread(_try, gathered.cases, step)


async def procedure_words(reader: FileReader, path: Path) -> tuple[str, str]:
    """The text of a written procedure and its name; raises `UsageError` when it has none."""
    read = await reader.read([path])
    pages = [
        page.text
        for file in read.incoming
        for arrival in file.arrivals
        for page in arrival.document.pages
    ]
    text = "\n\n".join(page for page in pages if page.strip())[:_MOST_PROCEDURE]
    if not text.strip():
        why = read.files[0].reason if read.files else "There is no such file."
        raise UsageError(f"{path.name} has no text to take steps from. {why}".strip())
    return text, path.name


async def first_run(house: House, suggested: Suggested, seconds: float | None) -> FirstRun:
    """What the first run would do. Which steps a model fills is what the settings say now."""
    from casework.procedures.compile import compile_procedure

    text = procedure_text(suggested.title, suggested.preamble, suggested.steps)
    kinds = house.steps()
    cases = suggested.cases + suggested.unread
    steps = compile_procedure(text).steps if suggested.kept else ()
    methods = [method for step in steps if (method := kinds.method(step)).model]
    cost = expected_usd(suggested, methods)
    told = next((method.model for method in methods), "")
    return FirstRun(len(steps) * cases, len(methods) * cases, cost, seconds, told)


def title_of(read: ReadFiles) -> str:
    """What the files are, in a word: their kind, if most are of one."""
    kinds = Counter(
        arrival.kinds[0] for file in read.incoming for arrival in file.arrivals[:1] if arrival.kinds
    )
    if kinds:
        kind, count = kinds.most_common(1)[0]
        if count * 2 >= len(read.incoming):
            return f"{kind.capitalize()}{'' if kind.endswith('s') else 's'}"
    return "Worksheet"


def own_step(name: str, type: str, instruction: str, rule: str = "") -> SuggestedStep:
    """A step that a person writes."""
    from casework.sdk.suggesting.writing import step_name

    told = shown_type(step_type(type or "text"))
    return SuggestedStep(
        uuid7(), step_name(name), told, "person", instruction.strip(), line(rule).strip("`")
    )


def _ways(files: Sequence[Incoming], how: str) -> list[str]:
    """The groupings that make sense for these files."""
    ways = ["file"]
    if any(file.folder for file in files):
        ways.append("folder")
    if any(thread_of(file) for file in files):
        ways.append("thread")
    return ways if how in ways else [*ways, how]


def _cases(files: Sequence[Incoming], how: str) -> dict[str, list[Incoming]]:
    found: dict[str, list[Incoming]] = {}
    for file in files:
        key = case_key(file, how, {key: key for key in found})
        found.setdefault(key, []).append(file)
    return found


def _spread(cases: list[list[Incoming]]) -> list[list[Incoming]]:
    """Some of many cases, from all over them."""
    if len(cases) <= _TRIED:
        return cases
    return [cases[at * len(cases) // _TRIED] for at in range(_TRIED)]


def _prepared(cases: list[list[Incoming]]) -> tuple[tuple[Prepared, ...], ...]:
    from casework.extraction.prepared import prepare

    return tuple(
        tuple(
            prepare(arrival.document, arrival.name) for file in files for arrival in file.arrivals
        )
        for files in cases
    )


def _try(cases: Sequence[Sequence[Prepared]], step: SuggestedStep) -> SuggestedStep:
    from casework.extraction.extract import Wanted, answer

    type = step_type(step.type)
    wanted = Wanted(slug(step.name), step.name, step.instruction, type)
    answers = [answer(documents, wanted) for documents in cases]
    found = [each for each in answers if each.picks]
    example = None
    if found:
        picks = found[0].picks
        value = [pick.value for pick in picks] if type.many else picks[0].value
        example = _example(picks[0], show(value, type))
    return replace(step, found=len(found), of=len(cases), example=example)


def _step(one: Proposal, at: int) -> SuggestedStep:
    keep = at < _KEPT_AT_FIRST and one.rank >= _KEPT_RANK
    example = None
    if one.example is not None:
        example = _example(one.example, show(one.values[one.example_case], one.type))
    elif one.rule:
        example = ExampleView("", "yes")
    return SuggestedStep(
        uuid7(), one.name, shown_type(one.type), one.origin, rule=one.rule, label=one.label,
        found=one.found, of=one.of, example=example, keep=keep,
    )  # fmt: skip


def _example(pick: Candidate, value: str) -> ExampleView:
    told = value if len(value) <= _SHOWN else f"{value[: _SHOWN - 1]}…"
    quote = " ".join(pick.text.split())[:_SHOWN]
    return ExampleView(pick.document_name, told, pick.page, quote)


def _worded(one: WordedStep, source: str) -> SuggestedStep:
    """What a model worded, as a step; a type that is none becomes text, and is said below."""
    try:
        type = shown_type(step_type(one.type))
    except UsageError:
        type = "text"
    name = "".join(" " if each in "{}`#" else each for each in one.name)
    rule = one.instruction.strip("` ") if one.by == "rule" else ""
    about = "" if rule else one.instruction
    by = one.by if one.by in ("person", "model") else ""
    return SuggestedStep(
        uuid7(), line(name), type, "procedure" if source == "procedure" else "goal", about, rule,
        by, because=one.because,
    )  # fmt: skip


__all__ = ["FirstRun", "Gathered", "SuggestedFile", "Suggesting"]
