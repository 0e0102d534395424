"""What files suggest as steps: without a model from the files themselves, with one from a goal or a
written procedure. Makes no worksheet and keeps nothing."""

from __future__ import annotations

import asyncio
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
from casework.sdk.suggesting.describing import (
    NOBODY_SAYS,
    NOTHING_SAID,
    Described,
    Said,
    cases_of,
    described,
    words_of,
)
from casework.sdk.suggesting.pricing import expected_usd
from casework.sdk.suggesting.reading import FileReader, OnRead, ReadFiles
from casework.sdk.suggesting.titles import title_of
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
_TRIED = 48
"""Cases that proposals are tried on; many more say the same and take longer."""
_ROLE = "best"
_SHOWN = 160
_MOST_NOTES = 5


@dataclass(frozen=True, slots=True)
class Gathered:
    """Files that were read, made into cases of which some are made ready to be asked; and the one
    among them that describes the work."""

    read: ReadFiles
    groupings: tuple[GroupingChoice, ...]
    how: str
    cases: tuple[tuple[Prepared, ...], ...]
    about: Described = NOBODY_SAYS


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
        no_sop: bool = False,
        language: str = "",
        on_read: OnRead | None = None,
        on_try: OnTry | None = None,
    ) -> Suggested:
        """Read files and folders, and propose steps with an example value each. `cases` says what
        makes a case ('' for what fits). A `goal` in plain words, or an `sop` (a file that describes
        the work), is turned into steps by the model of the role `best`; without them no model is
        asked. A file among them that reads as a written procedure is no case, unless `no_sop` says
        that there is none. Steps are named in the language of most files, in `language` (ISO 639-1)
        where these leave it open. Nothing is kept. Raises `UsageError` for a path that is not
        there, `ModelError`."""
        reader = FileReader(self._house)
        read = await reader.read([Path(path) for path in paths], on_read)
        gathered = await gather(read, cases, _said(read, sop, no_sop))
        found = await proposed(gathered, on_try, language=language or language_of_words(goal))
        if not (goal.strip() or sop):
            return found
        text, name = await procedure_words(reader, Path(sop)) if sop else ("", "")
        return await with_worded(self._house, gathered, found, Wish(goal, text, name))

    @action("read")
    async def procedure(self, suggested: Suggested) -> str:
        """The kept steps as a procedure in Markdown."""
        return procedure_text(suggested.title, suggested.opening, suggested.steps)


async def gather(read: ReadFiles, told: str = "", said: Said = NOTHING_SAID) -> Gathered:
    """The files as cases, by the grouping asked for or the one that fits; the one that describes
    the work, if there is one, is none of them."""
    about = await asyncio.to_thread(described, read, said)
    files = [file for file in cases_of(read, about) if file.arrivals]
    singles = opened(files)
    how = check_grouping(told) if told and told != "auto" else choose_grouping(singles)
    choices = [GroupingChoice(one, len(_cases(singles, one))) for one in _ways(singles, how)]
    grouped = list(_cases(singles, how).values())
    prepared = await asyncio.to_thread(_prepared, _spread(grouped))
    return Gathered(read, tuple(choices), how, prepared, about)


async def proposed(
    gathered: Gathered, on_try: OnTry | None = None, *, language: str = ""
) -> Suggested:
    """The steps that the files themselves suggest, named in the language of most of them; where
    they leave it open in that of the written procedure, or `language`."""
    from casework.extraction.suggest.propose import propose

    loop = asyncio.get_running_loop()

    def tell(done: int, total: int) -> None:
        if on_try is not None:
            loop.call_soon_threadsafe(on_try, done, total)

    about = gathered.about
    spoken = language_of_words(about.words) or language
    found = await asyncio.to_thread(
        propose, gathered.cases, most=MOST_STEPS, tell=tell, language=spoken
    )
    steps = [_step(one, at) for at, one in enumerate(found)]
    return Suggested(
        title_of(gathered.read),
        files_of(gathered),
        gathered.groupings,
        gathered.how,
        with_problems(steps),
        len(gathered.cases),
        gathered.read.unread,
        notes=(*about.notes, *_of_archives(gathered.read)),
        sop=about.path,
        sop_words=about.opening,
    )


def files_of(gathered: Gathered) -> tuple[SuggestedFile, ...]:
    """What is to be said of each file."""
    files, about = gathered.read.files, gathered.about.path
    return tuple(replace(one, describes=True) if one.path == about else one for one in files)


def language_of_words(text: str) -> str:
    """The language (ISO 639-1) that somebody writes in, '' where too little tells."""
    from casework.documents.quality.language import language_of

    return language_of(text) if text.strip() else ""


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
        sop_words="",
        steps=with_problems([*steps, *rest]),
        model=told.model,
        cost_usd=cost,
    )


async def tried(gathered: Gathered, step: SuggestedStep) -> SuggestedStep:
    """The step with an example from the files, where they say it without a model."""
    if step.rule or step.by in ("person", "model") or "{" in step.instruction:
        return replace(step, found=0, of=0, weak=0, example=None)
    return await asyncio.to_thread(_try, gathered.cases, step)


async def procedure_words(reader: FileReader, path: Path) -> tuple[str, str]:
    """The text of a written procedure and its name; raises `UsageError` when it has none."""
    read = await reader.read([path])
    text = words_of(read.incoming)
    if not text.strip():
        why = read.files[0].reason if read.files else "There is no such file."
        raise UsageError(f"{path.name} has no text to take steps from. {why}".strip())
    return text, path.name


async def first_run(house: House, suggested: Suggested, seconds: float | None) -> FirstRun:
    """What the first run would do. Which steps a model fills is what the settings say now."""
    from casework.procedures.compile import compile_procedure

    text = procedure_text(suggested.title, suggested.opening, suggested.steps)
    kinds = house.steps()
    cases = suggested.cases + suggested.unread
    steps = compile_procedure(text).steps if suggested.kept else ()
    methods = [method for step in steps if (method := kinds.method(step)).model]
    cost = expected_usd(suggested, methods)
    told = next((method.model for method in methods), "")
    return FirstRun(len(steps) * cases, len(methods) * cases, cost, seconds, told)


def own_step(name: str, type: str, instruction: str, rule: str = "") -> SuggestedStep:
    """A step that a person writes."""
    from casework.sdk.suggesting.writing import step_name

    told = shown_type(step_type(type or "text"))
    return SuggestedStep(
        uuid7(), step_name(name), told, "person", instruction.strip(), line(rule).strip("`")
    )


def _said(read: ReadFiles, sop: str | Path, no_sop: bool) -> Said:
    """What the call says of a written procedure; one that is named may lie among the files."""
    if not sop:
        return Said(none=no_sop)
    named = Path(sop).resolve()
    among = (
        path
        for path, file in zip(read.shown, read.incoming, strict=True)
        if file.path.resolve() == named
    )
    path = next(among, "")
    return Said(path, none=not path)


def _of_archives(read: ReadFiles) -> list[str]:
    """What was not taken out of archives, and why."""
    told = [
        f"{path}: {note}"
        for path, file in zip(read.shown, read.incoming, strict=True)
        for note in file.arrivals[0].document.notes
        if file.arrivals[0].document.reader == "archive"
    ]
    return told[:_MOST_NOTES]


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
    from casework.extraction.suggest.propose import WEAK

    type = step_type(step.type)
    wanted = Wanted(slug(step.name), step.name, step.instruction, type)
    answers = [answer(documents, wanted) for documents in cases]
    found = [each for each in answers if each.picks]
    example = None
    if found:
        picks = found[0].picks
        value = [pick.value for pick in picks] if type.many else picks[0].value
        example = _example(picks[0], show(value, type))
    weak = sum(each.picks[0].score < WEAK for each in found)
    return replace(step, found=len(found), of=len(cases), weak=weak, example=example)


def _step(one: Proposal, at: int) -> SuggestedStep:
    example = None
    if one.example is not None:
        example = _example(one.example, show(one.values[one.example_case], one.type))
    elif one.rule:
        example = ExampleView("", "yes")
    return SuggestedStep(
        uuid7(), one.name, shown_type(one.type), one.origin, rule=one.rule, label=one.label,
        found=one.found, of=one.of, weak=one.weak, example=example, keep=one.is_kept(at),
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
