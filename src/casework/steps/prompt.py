"""English to a request: the words around an instruction are data files with a version.

Document text goes into the user turn between markers that its writer cannot foresee, and is
never an instruction (law 9).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from xml.sax.saxutils import quoteattr

from casework.base.hashing import sha256_text
from casework.steps.sources import Source
from casework.types.message import Message, ModelRequest
from casework.types.needs import StepTask
from casework.types.values import Json, ValueType
from casework.values.schema import json_schema
from casework.values.show import show

PROMPTS_VERSION = "1"
_MARK_LENGTH = 32
"""Hexadecimal digits of a marker: 128 bits, so that no document can be made that has its own."""
_SCHEMAS_KEPT = 512


def extract_request(task: StepTask, sources: Sequence[Source], model: str) -> ModelRequest:
    """Ask for a value with its quotes from documents."""
    return _request(task, model, "extract", sources, _extract_schema(task.step.type))


def reason_request(task: StepTask, model: str) -> ModelRequest:
    """Ask for a value with claims from other cells."""
    return _request(task, model, "reason", [], _reason_schema(task.step.type, tuple(task.inputs)))


def _request(
    task: StepTask, model: str, purpose: str, sources: Sequence[Source], schema: dict[str, Json]
) -> ModelRequest:
    system = _text(f"{purpose}.md")
    if task.procedure.preamble.strip():
        system += f"\n\nWhat holds for every step:\n{task.procedure.preamble.strip()}"
    documents = _marked([_document(n, source) for n, source in enumerate(sources, 1)])
    cells = _marked(list(_cells(task)))
    question = f"# {task.step.name}\n{_instruction(task)}".strip()
    text = "\n\n".join(block for block in (documents, cells, question) if block)
    return ModelRequest(
        model,
        (Message("system", system), Message("user", text, shared=len(documents))),
        schema,
        schema_name=purpose,
        purpose=purpose,
    )


def _marked(pieces: Sequence[_Piece]) -> str:
    """Material between markers that bear a digest of all of it. Documents and cells are marked
    apart, so that the same documents are the same letters in every request about them."""
    mark = sha256_text("".join(piece.text for piece in pieces))[:_MARK_LENGTH]
    return "\n".join(piece.between(mark) for piece in pieces)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Material to read: what it is, how it is named, and its text."""

    kind: str
    attributes: str
    text: str

    def between(self, mark: str) -> str:
        """The text between markers that bear a digest of all material."""
        return f"<{self.kind}-{mark} {self.attributes}>\n{self.text}\n</{self.kind}-{mark}>"


def _document(number: int, source: Source) -> _Piece:
    pages = "\n".join(
        f"[page {page.label or page.number}]\n{page.text}" for page in source.document.pages
    )
    return _Piece("document", f'id="d{number}" name={quoteattr(source.member.name)}', pages)


def _cells(task: StepTask) -> Iterator[_Piece]:
    """The cells that the step reads: values alone, as in its fingerprint. Were their quotes told
    too, two cells with one fingerprint could be asked different things."""
    for given in task.inputs.values():
        step, read = given.step, given.read
        told = f"no value: {read.absence.replace('_', ' ')}" if read.absence else ""
        told = told or show(read.value, step.type)
        attributes = f'id="{step.id}" name={quoteattr(step.name)}'
        yield _Piece("cell", attributes, told)


def _instruction(task: StepTask) -> str:
    """The instruction with each `{step-id}` as the step's name, so that it reads as written."""
    text = task.step.instruction
    for name, given in task.inputs.items():
        text = text.replace(f"{{{name}}}", f"{given.step.name} (cell {name})")
    return text


@cache
def _text(name: str) -> str:
    return files("casework.steps").joinpath("prompts", name).read_text("utf-8").strip()


@lru_cache(maxsize=_SCHEMAS_KEPT)
def _extract_schema(type: ValueType) -> dict[str, Json]:
    """The schema of an answer; the same object for the same type, so that a wire may keep it."""
    return _object(
        {
            "status": {"type": "string", "enum": ["found", "not_found", "stated_absent"]},
            "value": _or_null(json_schema(type)),
            "quotes": {
                "type": "array",
                "items": _object({"document": {"type": "string"}, "quote": {"type": "string"}}),
            },
            "note": {"type": "string"},
        }
    )


@lru_cache(maxsize=_SCHEMAS_KEPT)
def _reason_schema(type: ValueType, cells: tuple[str, ...]) -> dict[str, Json]:
    return _object(
        {
            "status": {"type": "string", "enum": ["answered", "not_applicable"]},
            "value": _or_null(json_schema(type)),
            "claims": {
                "type": "array",
                "items": _object(
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


def _object(properties: Mapping[str, Json]) -> dict[str, Json]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _or_null(schema: dict[str, Json]) -> dict[str, Json]:
    return {"anyOf": [schema, {"type": "null"}]}
