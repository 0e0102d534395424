"""A section of a document as a request to a model: its cells and documents as delimited material,
its instruction, and the form that sentences come in (law 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from casework.procedures.sections import Section
from casework.steps.prompt import (
    cell_pieces,
    document_pieces,
    mark_of,
    marked,
    object_schema,
    prompt_text,
    spoken,
)
from casework.steps.sentences import FORMS
from casework.steps.sources import Source
from casework.types.message import Message, ModelRequest
from casework.types.needs import StepInput, StepTask
from casework.types.values import Json

if TYPE_CHECKING:
    from casework.steps.long import Window

_SCHEMAS_KEPT = 512


@dataclass(frozen=True, slots=True)
class Drafting:
    """A section that is to be written: `shared` is said to all sections, `inputs` are its cells."""

    task: StepTask
    shared: str
    section: Section
    inputs: Mapping[str, StepInput]
    sources: Sequence[Source]
    model: str


def write_request(drafting: Drafting, window: Window | None = None) -> ModelRequest:
    """Ask for the sentences of a section; `window` is what is shown of them (None: all)."""
    task, section = drafting.task, drafting.section
    system = prompt_text("write.md")
    if task.procedure.preamble.strip():
        system += f"\n\nWhat holds for every step:\n{task.procedure.preamble.strip()}"
    shown = document_pieces(drafting.sources, window)
    mark = mark_of(shown)
    documents = marked(shown, mark)
    cells = marked(list(cell_pieces(drafting.inputs)))
    question = f"# {task.step.name}\n{spoken(drafting.shared, drafting.inputs)}".strip()
    if section.title:
        question += f"\n\n## {section.title}"
    question += f"\n{spoken(section.instruction, drafting.inputs)}"
    text = "\n\n".join(block for block in (documents, cells, question.strip()) if block)
    return ModelRequest(
        drafting.model,
        (Message("system", system), Message("user", text, shared=len(documents))),
        _schema(tuple(drafting.inputs), bool(drafting.sources)),
        schema_name="write",
        purpose="write",
        cache_key=mark,
        attempt=task.attempt,
        may_wait=task.step.batch,
    )


@lru_cache(maxsize=_SCHEMAS_KEPT)
def _schema(cells: tuple[str, ...], documents: bool) -> dict[str, Json]:
    sentence: dict[str, Json] = {
        "text": {"type": "string"},
        "form": {"type": "string", "enum": list(FORMS)},
    }
    if cells:
        named: Json = {"type": "string", "enum": list(cells)}
        sentence["cells"] = {"type": "array", "items": named}
    if documents:
        quote = object_schema({"document": {"type": "string"}, "quote": {"type": "string"}})
        sentence["quotes"] = {"type": "array", "items": quote}
    return object_schema({"sentences": {"type": "array", "items": object_schema(sentence)}})
