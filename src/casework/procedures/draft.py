"""From parsed Markdown to steps: ids, defaults for `by`, references. Notes mistakes on the way.

Types of rules whose `type:` is left out, and everything that needs several steps at once, are
settled afterwards by `check`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.base.ids import slug
from casework.procedures.findings import Findings
from casework.procedures.keys import EMBEDDED, FOR_BY, Settings, check_colons, read_keys
from casework.procedures.markdown import (
    CodeSpan,
    Source,
    StepSource,
    lone_code_spans,
    parse,
)
from casework.procedures.names import RESERVED_IDS, fold, listed
from casework.procedures.references import Names, compile_text, find_references
from casework.procedures.rules import is_constant, read_rule, unbraced
from casework.types.procedure import By, Rule, Step
from casework.types.values import ValueType


@dataclass(frozen=True, slots=True)
class Draft:
    """Steps as far as each can be understood alone. `open` are ids of rule steps whose type is to
    be found from the rule; `unsure` ids of steps with a mistake in what their type is."""

    name: str
    preamble: str
    steps: tuple[Step, ...]
    text: str
    findings: Findings
    open: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Written:
    """A step as written, with its settings, its id, and the first name that gave it."""

    source: StepSource
    settings: Settings
    id: str
    first_name: str
    body: str
    body_line: int


@dataclass(slots=True)
class _Marks:
    open: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)


def draft(text: str, name: str = "") -> Draft:
    """The steps of a text, with the mistakes that show in a step alone."""
    source = parse(text)
    findings = Findings()
    _check_shape(source, findings)
    written = [_written(source, step, findings) for step in source.steps]
    kept, names = _named(written, findings)
    _check_preamble(source, names, findings)
    marks = _Marks()
    steps = tuple(_step(step, names, marks, findings) for step in kept)
    return Draft(
        source.title or name,
        source.preamble,
        steps,
        text,
        findings,
        frozenset(marks.open),
        frozenset(marks.unsure),
    )


def _check_shape(source: Source, findings: Findings) -> None:
    if source.open_fence >= 0:
        findings.at(source.open_fence + 1).add(
            "procedure.fence_open",
            "This code fence never ends; everything below it counts as code.",
            "Close it with a line of ``` of its own.",
        )
    if not source.steps:
        findings.at(max(len(source.lines), 1)).add(
            "procedure.no_steps",
            "There is no step.",
            "A step is a heading: ## Supplier, then what is wanted.",
        )
    for index in source.above:
        marks = "#" * source.steps[0].level
        findings.at(index + 1).add(
            "procedure.heading_level",
            "This heading stands above the steps.",
            f"Steps are {marks} headings here: write it as {marks}, or as plain text.",
        )
    for index in source.below:
        marks = "#" * source.steps[0].level
        findings.at(index + 1).add(
            "procedure.heading_level",
            f"This heading has keys, and it is no step: steps are {marks} headings here.",
            f"Write it as {marks}; parts of a procedure that group steps are plain text.",
        )


def _written(source: Source, step: StepSource, findings: Findings) -> _Written:
    settings = read_keys(step, findings)
    first_name = settings.id or step.name
    if settings.id and settings.id == slug(settings.id):
        first_name = settings.id.replace("-", " ")
    body = source.lines_of(step.body, step.end)
    check_colons(source, step, findings)
    return _Written(step, settings, slug(first_name), first_name, body, step.body + 1)


def _named(written: list[_Written], findings: Findings) -> tuple[list[_Written], Names]:
    """The steps whose names can be used, and how they are looked up."""
    kept: list[_Written] = []
    by_name: dict[str, _Written] = {}
    by_id: dict[str, _Written] = {}
    for step in written:
        name = step.source.name
        here = findings.at(step.source.heading + 1)
        if not name:
            fix = "Write what the step gives: ## Total due."
            here.add("procedure.name_empty", "This heading has no name.", fix)
        elif any(letter in name for letter in "{}`"):
            fix = "Take braces and backticks out of the heading."
            here.add("procedure.bad_name", f"{name!r} cannot be named in braces.", fix)
        elif fold(name) in by_name:
            line = by_name[fold(name)].source.heading + 1
            fix = "Give one of them another name."
            here.add("procedure.name_taken", f"{name!r} is the name of line {line} too.", fix)
        elif _id_is_free(step, by_id, findings):
            kept.append(step)
            by_name[fold(name)] = by_id[step.id] = step
    ids = {fold(step.source.name): step.id for step in kept}
    return kept, Names(ids, tuple(step.source.name for step in kept))


def _id_is_free(step: _Written, by_id: dict[str, _Written], findings: Findings) -> bool:
    here = findings.at(step.settings.lines.get("id", step.source.heading + 1))
    name = step.source.name
    if step.id in RESERVED_IDS and "id" not in step.settings.broken:
        fix = f"Add a line under the heading: - id: {step.id}-step."
        here.add("procedure.id_reserved", f"The id {step.id!r} has a meaning already.", fix)
        return False
    if step.id in by_id:
        other = by_id[step.id].source
        reason = f"{name!r} has the id {step.id!r}, and so has {other.name!r} in line "
        here.add(
            "procedure.id_taken",
            f"{reason}{other.heading + 1}.",
            f"Add a line under one of them: - id: {step.id}-2.",
        )
        return False
    return True


def _check_preamble(source: Source, names: Names, findings: Findings) -> None:
    for reference in find_references(source.preamble):
        if names.id_of(reference.name):
            line = _line_of(source, reference.name)
            findings.at(line).add(
                "procedure.reference_in_preamble",
                f"The text above the steps names {{{reference.name}}}.",
                "It speaks to every step and can read none: move the sentence into a step.",
            )


def _line_of(source: Source, name: str) -> int:
    for index, line in enumerate(source.lines):
        if any(fold(found.name) == fold(name) for found in find_references(line.text)):
            return index + 1
    return 1


def _step(written: _Written, names: Names, marks: _Marks, findings: Findings) -> Step:
    settings = written.settings
    spans = lone_code_spans(written.body)
    by = settings.by or _default_by(written, spans, names)
    _check_keys(written, by, findings)
    when = _when(settings, names, findings)
    rule, instruction, read = _content(written, by, spans, names, findings)
    type = settings.type or ValueType()
    if "type" in settings.broken or "many" in settings.broken:
        marks.unsure.add(written.id)
    elif by == "rule" and not settings.type:
        marks.open.add(written.id)
    _check_type(written, by, type, findings)
    return Step(
        id=written.id,
        name=written.source.name,
        type=type,
        by=by,
        instruction=instruction,
        first_name=written.first_name,
        references=tuple(dict.fromkeys((*(when.references if when else ()), *read))),
        rule=rule,
        when=when,
        sources=settings.sources,
        model=settings.model,
        review=settings.review,
        owner=settings.owner,
        line=written.source.heading + 1,
    )


def _default_by(written: _Written, spans: tuple[CodeSpan, ...], names: Names) -> By:
    if spans:
        return "rule"
    if any(names.id_of(found.name) or not found.in_code for found in find_references(written.body)):
        return "model"
    return "document"


def _check_keys(written: _Written, by: By, findings: Findings) -> None:
    settings = written.settings
    for key, kinds in FOR_BY.items():
        if key in settings.lines and by not in kinds:
            findings.at(settings.lines[key]).add(
                "procedure.key_not_for",
                f"{key}: says nothing here, because {written.source.name} is filled by {by}.",
                f"Take the line out, or write - by: {listed(sorted(kinds))}.",
            )
    if by == "model" and settings.model == EMBEDDED:
        findings.at(settings.lines["model"]).add(
            "procedure.key_not_for",
            "The embedded extractor finds values in documents; it cannot reason.",
            "Take the line out, or write - by: document.",
        )


def _check_type(written: _Written, by: By, type: ValueType, findings: Findings) -> None:
    line = written.settings.lines.get("type", written.source.heading + 1)
    if type.name == "file" and by not in ("person", "python"):
        findings.at(line).add(
            "procedure.type_not_here",
            f"A file cannot be filled by {by} yet.",
            "Write - by: person, and somebody hands it in.",
        )


def _when(settings: Settings, names: Names, findings: Findings) -> Rule | None:
    if "when" not in settings.lines or "when" in settings.broken:
        return None
    return read_rule(settings.when, names, findings.at(settings.lines["when"]))


def _content(
    written: _Written, by: By, spans: tuple[CodeSpan, ...], names: Names, findings: Findings
) -> tuple[Rule | None, str, tuple[str, ...]]:
    """Rule, instruction with ids, and what they read."""
    here = findings.at(written.body_line)
    heading = findings.at(written.source.heading + 1)
    name = written.source.name
    if by == "rule":
        return _rule(written, spans, names, findings)
    instruction, read = compile_text(written.body, names, here)
    if by == "python":
        heading.add(
            "procedure.python_not_here",
            f"{name} is to be filled by python, and Markdown holds no code.",
            "Write the procedure in Python, or use by: rule.",
        )
    elif by == "model" and not instruction.strip():
        fix = "Write under the heading what is wanted, naming steps in braces."
        heading.add("procedure.no_instruction", f"{name} does not say what it asks.", fix)
    elif by == "model" and not find_references(written.body):
        heading.add(
            "procedure.nothing_to_read",
            f"{name} is filled by model and names no step to read.",
            "Name one in braces, {Step name}; or write - by: document, to read the documents.",
        )
    return None, instruction.strip(), read


def _rule(
    written: _Written, spans: tuple[CodeSpan, ...], names: Names, findings: Findings
) -> tuple[Rule | None, str, tuple[str, ...]]:
    if len(spans) != 1:
        fix = (
            "Write it in backticks on a line of its own: `{Net} + {VAT}`."
            if not spans
            else "Keep one. If they are examples and no rules, write - by: document."
        )
        code = "procedure.no_rule" if not spans else "procedure.two_rules"
        reason = f"{written.source.name} has {len(spans) or 'no'} rule{'s' if spans else ''}."
        findings.at(written.source.heading + 1).add(code, reason, fix)
        return None, written.body.strip(), ()
    span = spans[0]
    line = written.body_line + written.body.count("\n", 0, span.start)
    if is_constant(span.content) and not (written.settings.by or unbraced(span.content, names)):
        findings.at(line).add(
            "procedure.constant_rule",
            f"{written.source.name} has a rule that reads nothing: `{span.content}`.",
            "If it is an example, write - by: document; if it is meant, - by: rule.",
        )
        return None, written.body.strip(), ()
    rule = read_rule(span.content, names, findings.at(line))
    above, _ = compile_text(written.body[: span.start], names, findings.at(written.body_line))
    below, _ = compile_text(written.body[span.end :], names, findings.at(line))
    remark = f"{above.strip()}\n\n{below.strip()}".strip()
    return rule, remark, rule.references if rule else ()
