"""English to a request: the words around an instruction are data files with a version.

Document text goes into the user turn between markers that its writer cannot foresee, and is
never an instruction (law 9).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from casework.base.hashing import sha256_text
from casework.steps.sources import Source
from casework.types.document import Page
from casework.types.message import Message, ModelRequest
from casework.types.needs import StepInput, StepTask
from casework.types.nesting import DOT
from casework.types.values import Json, ValueType
from casework.values.schema import json_schema
from casework.values.show import show

if TYPE_CHECKING:
    from casework.steps.long import Shown, Window

PROMPTS_VERSION = "1"
_MARK_LENGTH = 32
"""Hexadecimal digits of a marker: 128 bits, so that no document can be made that has its own."""
_SCHEMAS_KEPT = 512
_BESIDE = ", for orientation only"
_PART_NOT_SHOWN = "[a part of this page is not shown]"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of long documents that one call is shown. `note` is the name of the text that says so
    to the model, behind the question."""

    window: Window
    note: str


def extract_request(
    task: StepTask, sources: Sequence[Source], model: str, part: Part | None = None
) -> ModelRequest:
    """Ask for a value with its quotes from documents, or from a part of long ones."""
    return _request(task, model, "extract", sources, _extract_schema(task.step.type), part)


def reason_request(task: StepTask, model: str) -> ModelRequest:
    """Ask for a value with claims from other cells."""
    return _request(task, model, "reason", [], _reason_schema(task.step.type, tuple(task.inputs)))


def _request(
    task: StepTask,
    model: str,
    purpose: str,
    sources: Sequence[Source],
    schema: dict[str, Json],
    part: Part | None = None,
) -> ModelRequest:
    system = prompt_text(f"{purpose}.md")
    if task.procedure.preamble.strip():
        system += f"\n\nWhat holds for every step:\n{task.procedure.preamble.strip()}"
    pieces = document_pieces(sources, part.window if part else None)
    mark = mark_of(pieces)
    documents = marked(pieces, mark)
    cells = marked(list(cell_pieces(task.inputs)))
    question = f"# {task.step.name}\n{spoken(task.step.instruction, task.inputs)}".strip()
    note = prompt_text(f"{part.note}.md") if part else ""
    text = "\n\n".join(block for block in (documents, cells, question, note) if block)
    return ModelRequest(
        model,
        (Message("system", system), Message("user", text, shared=len(documents))),
        schema,
        schema_name=purpose,
        purpose=purpose,
        cache_key=mark,
        attempt=task.attempt,
        may_wait=task.step.batch,
    )


def mark_of(pieces: Sequence[Piece]) -> str:
    """The marker of material: a digest of all of it; '' when there is none. Requests about the same
    documents have the same, which says no more than the request does itself."""
    return sha256_text("".join(piece.text for piece in pieces))[:_MARK_LENGTH] if pieces else ""


def marked(pieces: Sequence[Piece], mark: str = "") -> str:
    """Material between its markers. Documents and cells are marked apart, so that the same
    documents are the same letters in every request about them."""
    mark = mark or mark_of(pieces)
    return "\n".join(piece.between(mark) for piece in pieces)


@dataclass(frozen=True, slots=True)
class Piece:
    """Material to read: what it is, how it is named, and its text."""

    kind: str
    attributes: str
    text: str

    def between(self, mark: str) -> str:
        """The text between markers that bear a digest of all material."""
        return f"<{self.kind}-{mark} {self.attributes}>\n{self.text}\n</{self.kind}-{mark}>"


def document_pieces(sources: Sequence[Source], window: Window | None = None) -> list[Piece]:
    """The documents as material, or what a window shows of them; those of which it shows nothing
    are left out, and all keep their numbers."""
    if window is None:
        return [document_piece(n, source) for n, source in enumerate(sources, 1)]
    return [
        document_piece(n, source, shown)
        for n, (source, shown) in enumerate(zip(sources, window.shown, strict=True), 1)
        if shown.stretches
    ]


def document_piece(number: int, source: Source, shown: Shown | None = None) -> Piece:
    """A document, or just these stretches of its pages, as material; what is left out between them
    is told."""
    pages = source.document.pages
    if shown is None:
        text = "\n".join(f"{_head(page)}\n{page.text}" for page in pages)
    else:
        text = "\n".join(_some_of(pages, shown))
    return Piece("document", f'id="d{number}" name={quoteattr(source.member.name)}', text)


def _some_of(pages: Sequence[Page], shown: Shown) -> Iterator[str]:
    """The stretches that are shown, and a line wherever something between is not."""
    left_out: list[Page] = []
    for page in pages:
        stretches = shown.stretches.get(page.number, ())
        if not stretches:
            if page.text.strip():
                left_out.append(page)
            continue
        if left_out:
            yield _not_shown(left_out)
            left_out = []
        yield _head(page, _BESIDE if page.number in shown.beside else "")
        if page.number in shown.headings:
            yield f"[headings of the table that goes on here: {shown.headings[page.number]}]"
        reached = 0
        for start, end in stretches:
            if page.text[reached:start].strip():
                yield _PART_NOT_SHOWN
            yield page.text[start:end]
            reached = end
        if page.text[reached:].strip():
            yield _PART_NOT_SHOWN
    if left_out:
        yield _not_shown(left_out)


def _not_shown(pages: Sequence[Page]) -> str:
    first, last = (page.label or str(page.number) for page in (pages[0], pages[-1]))
    return f"[page {first} not shown]" if len(pages) == 1 else f"[pages {first}–{last} not shown]"


def _head(page: Page, remark: str = "") -> str:
    return f"[page {page.label or page.number}{remark}]"


def cell_pieces(inputs: Mapping[str, StepInput]) -> Iterator[Piece]:
    """The cells that a step reads: values alone, as in its fingerprint. Were their quotes told
    too, two cells with one fingerprint could be asked different things."""
    for name, given in inputs.items():
        step, read = given.step, given.read
        told = f"no value: {read.absence.replace('_', ' ')}" if read.absence else ""
        told = told or (_rows_told(given) if DOT in name else show(read.value, step.type))
        attributes = f'id="{name}" name={quoteattr(step.name)}'
        yield Piece("cell", attributes, told)


def _rows_told(given: StepInput) -> str:
    """A column of all rows as a small table: its name, then row by row what they say; of rows that
    have no answer yet only how many there are."""
    value, type = given.read.value, given.step.type
    items = value if isinstance(value, list) else [value]
    one = replace(type.one(), name="record") if type.name == "table" else type.one()
    lines = [f"{number} | {show(item, one)}" for number, item in enumerate(items, 1)]
    missing = (
        [f"only {given.read.provisional} have an answer yet"] if given.read.provisional else []
    )
    return "\n".join([f"row | {given.step.name}", *lines, *missing])


def spoken(instruction: str, inputs: Mapping[str, StepInput]) -> str:
    """The instruction with each `{step-id}` as the step's name, so that it reads as written."""
    text = instruction
    for name, given in inputs.items():
        text = text.replace(f"{{{name}}}", f"{given.step.name} (cell {name})")
    return text


@cache
def prompt_text(name: str) -> str:
    """A prompt that ships with us."""
    return files("casework.steps").joinpath("prompts", name).read_text("utf-8").strip()


@lru_cache(maxsize=_SCHEMAS_KEPT)
def _extract_schema(type: ValueType) -> dict[str, Json]:
    """The schema of an answer; the same object for the same type, so that a wire may keep it."""
    return object_schema(
        {
            "status": {"type": "string", "enum": ["found", "not_found", "stated_absent"]},
            "value": _or_null(json_schema(type)),
            "quotes": {
                "type": "array",
                "items": object_schema(
                    {"document": {"type": "string"}, "quote": {"type": "string"}}
                ),
            },
            "note": {"type": "string"},
        }
    )


@lru_cache(maxsize=_SCHEMAS_KEPT)
def _reason_schema(type: ValueType, cells: tuple[str, ...]) -> dict[str, Json]:
    return object_schema(
        {
            "status": {"type": "string", "enum": ["answered", "not_applicable"]},
            "value": _or_null(json_schema(type)),
            "claims": {
                "type": "array",
                "items": object_schema(
                    {
                        "text": {"type": "string"},
                        "cells": {
                            "type": "array",
                            "items": {"type": "string", "enum": list(cells)},
                        },
                    }
                ),
            },
            "note": {"type": "string"},
        }
    )


def object_schema(properties: Mapping[str, Json]) -> dict[str, Json]:
    """The schema of an object with exactly these properties."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _or_null(schema: dict[str, Json]) -> dict[str, Json]:
    return {"anyOf": [schema, {"type": "null"}]}
