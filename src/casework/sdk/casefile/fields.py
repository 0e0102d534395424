"""Makes a cell into a field of the form: its value, its places, what it was made of, and what can
be said of it with one key. Of a field that is to be read blind it tells nothing of the kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import unquote

from casework.base.ids import slug
from casework.documents.quality.flags import pages_named
from casework.procedures.value_type import type_text
from casework.sdk.casefile.places import Places, behind
from casework.sdk.casefile.views import Choice, ClaimView, FieldView, InputView, Part, Place
from casework.sdk.nested import CaseTree, input_views
from casework.sdk.rights import Rights
from casework.sdk.show import shown
from casework.sdk.views import CellView
from casework.steps.page import CELL_LINK
from casework.types.procedure import Step
from casework.types.proof import UNPROVED, Proof
from casework.types.values import Json, ValueType
from casework.values.show import show
from casework.values.written import markdown_of, split_footnotes

UNSEEN = "drawn at random: read it before you see what the machine found"
_YES_NO = ("yes", "no")
_CELL = re.compile(rf"\]\({re.escape(CELL_LINK)}([^)#]+)\)")
_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_HEADING = re.compile(r"#{1,6}\s+(.*?)[ #]*$")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_REFERENCES = ("{", "}")


def field_id(case_id: str, step_id: str, top: str) -> str:
    """How a field is called in its page: the step's id, behind the row's for one of a row."""
    return step_id if case_id == top else f"{case_id}.{step_id}"


class FieldMaker:
    """Makes the fields of one case, or of one row of it; `views` are its cells by step."""

    def __init__(self, tree: CaseTree, views: Mapping[str, CellView], rights: Rights) -> None:
        self._tree = tree
        self._views = views
        self._rights = rights
        self._reads = {step.id: step.references for step in tree.procedure.steps}

    def field(self, step: Step) -> FieldView:
        """The field of a step."""
        cell = self._views[step.id]
        case_id = self._tree.case.id
        stored = self._tree.cells.get(step.id)
        id = field_id(case_id, step.id, self._tree.top.case.id)
        kind = f"{type_text(step.type)}{', many' if step.type.many else ''}"
        if "audit" in cell.flags:
            return FieldView(id, _unseen(cell), step, kind, "", "", blind=True)
        against = stored.machine.id if stored and stored.machine else ""
        bare = FieldView(id, cell, step, kind, cell.shown, against)
        if cell.hidden:
            return bare
        return self._filled(bare)

    def _filled(self, bare: FieldView) -> FieldView:
        cell, step = bare.cell, bare.step
        places = Places()
        part: Part = "clash" if cell.absence == "conflict" else "value"
        places.add(cell.proof.citations, part)
        claims = tuple(self._claims(cell, step, places))
        inputs = self._inputs(step, cell, places)
        columns, records = _records(cell.value, step.type)
        numbers = tuple(
            (one.document_name, pages_named(one.pages)) for one in cell.proof.searched if one.pages
        )
        told = replace(
            bare,
            expression=self._named(
                cell.proof.expression or (step.rule.source if step.rule else "")
            ),
            inputs=inputs,
            claims=claims,
            searched=numbers,
            pages_searched=sum(len(one.pages) for one in cell.proof.searched),
            columns=columns,
            records=records,
            mine=_mine(cell, step),
        )
        choices = tuple(_choices(told, places))
        return replace(told, choices=choices, places=tuple(places.found))

    def _inputs(self, step: Step, cell: CellView, places: Places) -> tuple[InputView, ...]:
        """What a field was computed from, each with its places; of one that was read in documents
        nothing but what decided whether to read."""
        if not step.references:
            return ()
        found = []
        for view in input_views(self._tree, step, self._views, self._rights):
            there = places.add(behind(view, self._reads, self._views), "input", view.step_name)
            own = self._tree.procedure.by_id.get(view.step_id)
            type = own.type.name if own is not None and not own.type.many else ""
            found.append(InputView(_veiled(view), self._field_of(view), there, type))
        return tuple(found)

    def _field_of(self, view: CellView) -> str:
        """The id of the field of an input; of a column of many rows that of its table."""
        top = self._tree.top.case.id
        table, dot, _ = view.step_id.partition(".")
        return field_id(view.case_id, table if dot else view.step_id, top)

    def _claims(self, cell: CellView, step: Step, places: Places) -> Iterator[ClaimView]:
        """The claims of a reasoned answer, or the sentences of a written document."""
        if step.type.name == "document":
            yield from self._sentences(cell.value, cell.proof, places)
            return
        for claim in cell.proof.claims:
            there = places.add(claim.citations, "claim")
            yield ClaimView(
                claim.text, claim.holds, claim.problem, self._fields(claim.steps), there
            )

    def _sentences(self, value: Json, proof: Proof, places: Places) -> Iterator[ClaimView]:
        """The sentences of a document, each with the places of its own passages and of the cells
        that it rests on."""
        told = value.get("sentences") if isinstance(value, dict) else None
        sentences = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
        if not sentences:
            yield from self._lines(markdown_of(value), places)
        claims = list(proof.claims)
        for at, one in enumerate(sentences):
            names = one.get("cells")
            cells = tuple(str(name) for name in names) if isinstance(names, list) else ()
            cited = claims[at].citations if at < len(claims) else ()
            there = (*places.add(cited, "claim"), *self._through(cells, places))
            problem = str(one.get("problem") or "")
            yield ClaimView(
                str(one.get("text") or ""),
                not problem,
                problem,
                self._fields(cells),
                tuple(dict.fromkeys(there)),
                str(one.get("section") or ""),
            )

    def _lines(self, markdown: str, places: Places) -> Iterator[ClaimView]:
        """The lines of a document that a template or a person wrote, each with the cells that its
        footnotes name."""
        body, notes = split_footnotes(markdown)
        section = ""
        for line in filter(None, map(str.strip, body.splitlines())):
            heading = _HEADING.match(line)
            told = _ESCAPED.sub(r"\1", _MARK.sub("", heading[1] if heading else line)).strip()
            if heading:
                section = told
                continue
            named = (_CELL.search(notes.get(mark[1], "")) for mark in _MARK.finditer(line))
            cells = tuple(dict.fromkeys(unquote(found[1]) for found in named if found))
            there = self._through(cells, places)
            yield ClaimView(told, True, "", self._fields(cells), tuple(there), section)

    def _through(self, cells: tuple[str, ...], places: Places) -> list[Place]:
        """The places of cells, through to where they stand."""
        found: list[Place] = []
        for name in cells:
            view = self._views.get(name)
            if view is not None:
                far = behind(view, self._reads, self._views)
                found += places.add(far, "input", view.step_name)
        return found

    def _fields(self, steps: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Steps as the ids and names of their fields."""
        top, own = self._tree.top.case.id, self._tree.case.id
        return tuple(
            (field_id(own, name, top), self._views[name].step_name)
            for name in steps
            if name in self._views
        )

    def _named(self, expression: str) -> str:
        """An expression with the names of steps for their ids."""
        told = expression
        for step in self._tree.procedure.steps:
            told = told.replace(f"{{{step.id}}}", step.name).replace(f"{{{step.name}}}", step.name)
        for bracket in _REFERENCES:
            told = told.replace(bracket, "")
        return told


def _unseen(cell: CellView) -> CellView:
    """A cell that a person is to read before they see what the machine found."""
    return replace(
        cell, shown="", value=None, absence="", reason=UNSEEN, proof=UNPROVED, proof_word="",
        machine_shown="", confidence=None, score=None, sureness="", signals={}, proposed_shown="",
    )  # fmt: skip


def _veiled(view: CellView) -> CellView:
    return _unseen(view) if "audit" in view.flags else view


def _mine(cell: CellView, step: Step) -> str:
    """What the person's decision says, where the machine disagrees with it since."""
    if not cell.conflict or cell.verdict is None:
        return ""
    return shown(cell.verdict.value, cell.verdict.absence, step)


def _choices(field: FieldView, places: Places) -> Iterator[Choice]:
    cell, step = field.cell, field.step
    if cell.conflict and cell.verdict is not None:
        who = cell.verdict.who
        said = cell.verdict.absence or field.mine
        yield Choice(field.mine, "corrected", said, who, (), likely=True)
        yield Choice(cell.machine_shown, "accepted", "", cell.model or "the machine", ())
        return
    if cell.absence == "conflict":
        yield from _sides(cell, step, places)
        return
    options = _YES_NO if step.type.name == "yes/no" else step.type.options
    if not options or step.type.name == "choices" or step.type.many:
        return
    if cell.needs or (cell.state == "waiting" and cell.waiting_for == "person"):
        for option in options:
            same = slug(option) == slug(cell.shown)
            stands = same and cell.state == "value" and not cell.outdated
            if stands:
                yield Choice(option, "accepted", likely=True)
            else:
                yield Choice(option, "corrected", option, likely=same)


def _sides(cell: CellView, step: Step, places: Places) -> Iterator[Choice]:
    """The values of a conflict, each with its places: those of the readers, or of the documents."""
    seen: set[str] = set()
    for reading in cell.proof.readings:
        said = shown(reading.value, reading.absence, step)
        if said in seen:
            continue
        seen.add(said)
        there = places.add(reading.citations, "clash")
        value = reading.absence or show(reading.value, step.type)
        yield Choice(said, "corrected", value, reading.who, there)
    if seen:
        return
    for citation in cell.proof.citations:
        there = places.add([citation], "clash")
        if citation.quote not in seen:
            seen.add(citation.quote)
            yield Choice(citation.quote, "corrected", citation.quote, "", there)


def _records(value: Json, type: ValueType) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The rows of a table without steps of its own, or the fields of a record, as text."""
    if type.name not in ("table", "record") or not value:
        return (), ()
    rows = value if isinstance(value, list) else [value]
    names = tuple(field.name for field in type.fields)
    told = tuple(
        tuple(show(row.get(field.name), field.type) for field in type.fields)
        for row in rows
        if isinstance(row, dict)
    )
    return names, told
