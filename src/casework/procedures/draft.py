"""From parsed Markdown to steps: ids, defaults for `by`, references. Notes mistakes on the way.

Types of rules whose `type:` is left out, and everything that needs several steps at once, are
settled afterwards by `check`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from casework.procedures.findings import Findings
from casework.procedures.keys import EMBEDDED, FOR_BY, Settings
from casework.procedures.markdown import (
    CodeSpan,
    Source,
    StepSource,
    code_spans,
    lone_code_spans,
    parse,
)
from casework.procedures.names import fold, listed
from casework.procedures.references import Names, compile_text, find_references
from casework.procedures.rows import given_columns, split_of, tables_read, with_rows_read
from casework.procedures.rules import is_constant, read_rule, unbraced
from casework.procedures.writing import check_writing, document_by, template_content
from casework.procedures.written import Written, written_steps
from casework.types.procedure import By, Rule, Step
from casework.types.values import ValueType


@dataclass(frozen=True, slots=True)
class Draft:
    """Steps as far as each can be understood alone. `open` are paths of rule steps whose type is to
    be found from the rule; `unsure` paths of steps with a mistake in what their type is."""

    name: str
    preamble: str
    steps: tuple[Step, ...]
    text: str
    findings: Findings
    open: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()


@dataclass(slots=True)
class Marks:
    """What is noted of steps by their paths while they are read."""

    open: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    """Paths of the tables of whose rows a column is read."""


def draft(text: str, name: str = "") -> Draft:
    """The steps of a text, with the mistakes that show in a step alone."""
    source = parse(text)
    findings = Findings()
    _check_shape(source, findings)
    written, names = written_steps(source, findings)
    _check_preamble(source, names, findings)
    marks = Marks()
    steps = [_step(step, marks, findings) for step in written]
    steps = [with_rows_read(step, marks.read) for step in steps]
    return Draft(
        source.title or name,
        source.preamble,
        tuple(steps),
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
        marks = "#" * _beside(source, index)[0].level
        findings.at(index + 1).add(
            "procedure.heading_level",
            "This heading stands above the steps.",
            f"Steps are {marks} headings here: write it as {marks}, or as plain text.",
        )
    for index in source.below:
        step = next(one for one in reversed(source.every) if one.heading < index)
        marks = "#" * step.level
        findings.at(index + 1).add(
            "procedure.heading_level",
            f"This heading has keys, and it is no step: it stands below {step.name}, whose type "
            "is no table.",
            f"Write it as {marks}, or as plain text; only a step with - type: table has steps "
            "below it, for its rows.",
        )


def _beside(source: Source, line: int) -> tuple[StepSource, ...]:
    """The steps among which a line stands: those of the rows of a table, or those of the case."""
    beside = source.steps
    while True:
        inside = next((s for s in beside if s.nested and s.heading < line < s.last), None)
        if inside is None:
            return beside
        beside = inside.nested


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


def _step(written: Written, marks: Marks, findings: Findings) -> Step:
    settings, names = written.settings, written.names
    spans = lone_code_spans(written.body)
    by = settings.by or _default_by(written, spans, names)
    _check_keys(written, by, findings)
    when = _when(settings, names, findings)
    rule, instruction, read = _content(written, by, spans, names, findings)
    type = settings.type or ValueType()
    no_rule = by == "rule" and type.name == "document" and not settings.template
    if "type" in settings.broken or "many" in settings.broken or no_rule:
        marks.unsure.add(written.path)
    elif by == "rule" and not settings.type:
        marks.open.add(written.path)
    _check_type(written, by, type, findings)
    check_writing(written, by, findings)
    references = tuple(dict.fromkeys((*(when.references if when else ()), *read)))
    marks.read.update(tables_read(references, written.names, written.tables))
    return Step(
        id=written.id,
        name=written.source.name,
        type=type,
        by=by,
        instruction=instruction,
        first_name=written.first_name,
        references=references,
        rule=rule,
        when=when,
        sources=settings.sources,
        model=settings.model,
        review=settings.review,
        owner=settings.owner,
        second=settings.second,
        third=settings.third,
        template=settings.template,
        batch=settings.batch,
        readers=settings.readers,
        line=written.source.heading + 1,
        split=split_of(settings, type, written.source.name, findings),
        nested=(
            *given_columns(type, written.source.heading + 1),
            *(_step(one, marks, findings) for one in written.nested),
        ),
    )


def _default_by(written: Written, spans: tuple[CodeSpan, ...], names: Names) -> By:
    found = find_references(written.body)
    names_steps = any(names.id_of(one.name) or not one.in_code for one in found)
    writer = document_by(written.settings, names_steps=names_steps)
    if writer is not None:
        return writer
    if spans:
        return "rule"
    return "model" if names_steps else "document"


def _check_keys(written: Written, by: By, findings: Findings) -> None:
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


def _check_type(written: Written, by: By, type: ValueType, findings: Findings) -> None:
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


def _check_backticks(written: Written, findings: Findings) -> None:
    """Note a line that begins as a rule and does not end as one: it would be read as words."""
    closed = [(span.start, span.end) for span in code_spans(written.body)]
    at = 0
    for number, line in enumerate(written.body.splitlines(keepends=True)):
        start = at + len(line) - len(line.lstrip())
        opens = line.lstrip().startswith("`") and not line.lstrip().startswith("```")
        if opens and "{" in line and not any(first <= start < end for first, end in closed):
            findings.at(written.body_line + number).add(
                "rule.open",
                f"A line of {written.source.name} begins with a backtick, and none closes it.",
                "Put a backtick at its end, and it is a rule; or take the first one out.",
            )
        at += len(line)


def _content(
    written: Written, by: By, spans: tuple[CodeSpan, ...], names: Names, findings: Findings
) -> tuple[Rule | None, str, tuple[str, ...]]:
    """Rule, instruction with ids, and what they read."""
    here = findings.at(written.body_line)
    heading = findings.at(written.source.heading + 1)
    name = written.source.name
    if by == "rule" and written.settings.template:
        return None, *template_content(written, findings)
    if by == "rule":
        return _rule(written, spans, names, findings)
    _check_backticks(written, findings)
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
    written: Written, spans: tuple[CodeSpan, ...], names: Names, findings: Findings
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
