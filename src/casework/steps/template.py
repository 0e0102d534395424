"""A document filled in from a template, without a model: `{Step}` stands for the value of a cell,
with a mark that leads to it. What stands alone on its line may be a table, a list or a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from casework.procedures.references import Reference, find_references
from casework.steps.page import Notes, escaped, list_of, shown, table_of
from casework.types.case import Outcome
from casework.types.needs import Blocked, StepInput, StepTask
from casework.types.procedure import Method, Step
from casework.types.proof import Proof
from casework.values.show import show
from casework.values.written import markdown_of, split_footnotes, with_footnotes

METHOD = Method("write.template", "1")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?=[ \t]|$)", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_BRACE = re.compile(r"\\([{}])")


class TemplateStep:
    """The kind of a step of type `document` with `template: yes`."""

    def method(self, step: Step) -> Method:
        """Always the same: the template itself is in the step's meaning."""
        return METHOD

    def blocked(self, step: Step) -> Blocked | None:
        """A template can always be filled in."""
        return None

    async def run(self, task: StepTask) -> Outcome:
        """Fill it in; an absent value is said to be absent, in its place."""
        filling = _Filling(task.inputs, Notes(task.step.id))
        markdown = filling.filled(task.step.instruction)
        given = task.inputs.values()
        absent = [one.step.name for one in given if one.read.absence not in ("", "skipped")]
        reason = f"without a value: {', '.join(absent)}" if absent else ""
        proof = Proof("derived", steps=tuple(task.inputs), note=reason)
        return Outcome("value", value={"markdown": markdown}, reason=reason, proof=proof)


@dataclass(slots=True)
class _Filling:
    inputs: Mapping[str, StepInput]
    notes: Notes

    def filled(self, template: str) -> str:
        """The whole text, its first heading level brought to the top, with its footnotes."""
        lines = []
        fence = ""
        for line in _raised(template).splitlines():
            mark = _FENCE.match(line)
            fenced = bool(fence)
            if mark and not fence:
                fence = mark[1]
            elif mark and mark[1].startswith(fence):
                fence = ""
            told = line if fence or fenced else self._line(line)
            if told is not None:
                lines.append(told)
        return with_footnotes(_squeezed("\n".join(lines)), self.notes.notes)

    def _line(self, line: str) -> str | None:
        """A line with its values; None when its only value was skipped."""
        found = [one for one in find_references(line) if one.name in self.inputs]
        if len(found) == 1 and line.strip() == line[found[0].start : found[0].end]:
            return self._alone(found[0].name)
        pieces = []
        at = 0
        for one in found:
            pieces += [_BRACE.sub(r"\1", line[at : one.start]), self._inline(one)]
            at = one.end
        return "".join([*pieces, _BRACE.sub(r"\1", line[at:])])

    def _inline(self, one: Reference) -> str:
        given = self.inputs[one.name]
        if given.read.absence == "skipped":
            return ""
        if one.in_code:
            return shown(given).replace("`", "'")
        mark = self.notes.cell(one.name, self.inputs)
        if given.read.absence:
            return f"*{shown(given)}*{mark}"
        return f"{escaped(_whole(given))}{mark}"

    def _alone(self, name: str) -> str | None:
        given = self.inputs[name]
        type, value = given.step.type, given.read.value
        if given.read.absence == "skipped":
            return None
        if not given.read.absence and type.name == "document":
            body, notes = split_footnotes(markdown_of(value))
            self.notes.notes.update(notes)
            return _lowered(body)
        mark = self.notes.cell(name, self.inputs)
        if given.read.absence:
            return f"*{shown(given)}*{mark}"
        if type.name == "table":
            return table_of(value, type, mark)
        if type.many or type.name == "choices":
            return list_of(value, type, mark)
        return f"{escaped(_whole(given))}{mark}"


def _whole(given: StepInput) -> str:
    """The value as text, whole: what is said of a document or table inside a line is short."""
    if given.step.type.name in ("document", "table"):
        return shown(given)
    return show(given.read.value, given.step.type)


def _raised(template: str) -> str:
    """The text with its highest headings on the first level: in the procedure they stand below
    that of their step."""
    levels = [len(found[1]) for found in _HEADING.finditer(template)]
    less = min(levels) - 1 if levels else 0
    return _HEADING.sub(lambda m: m[0][less:] if less else m[0], template)


def _lowered(body: str) -> str:
    """A document inside another: its headings one level down."""
    return _HEADING.sub(lambda m: m[0] if len(m[1]) > 5 else f"#{m[0].lstrip()}", body)


def _squeezed(text: str) -> str:
    """No more than one empty line where lines were left out."""
    return re.sub(r"\n{3,}", "\n\n", text)
