"""Small documents and tasks for the kinds of columns, and models that answer over the wire."""

from __future__ import annotations

from collections.abc import Mapping

from casework.documents.open import parse
from casework.documents.reading import Limits
from casework.procedures.compile import compile_procedure
from casework.steps.sources import Source, Sources
from casework.types.case import CaseDocument, CaseRecord, Effective, value_digest
from casework.types.document import Document
from casework.types.label import Label
from casework.types.needs import StepInput, StepTask
from casework.types.procedure import Step
from casework.types.proof import Citation, Proof
from casework.types.values import Json, ValueType


class Shelf:
    """Implements `DocumentSource` over texts: name → text."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.members: list[CaseDocument] = []
        self._documents: dict[str, Document] = {}
        for name, text in texts.items():
            document = parse(text.encode(), name, Limits()).document
            self._documents[document.sha256] = document
            self.members.append(
                CaseDocument(
                    document.sha256,
                    name,
                    document.media_type,
                    document.state,
                    document.reason,
                    reader=document.reader,
                    reader_version=document.reader_version,
                )
            )

    def document(self, name: str) -> Document:
        """The document of this name."""
        member = next(one for one in self.members if one.name == name)
        return self._documents[member.sha256]

    def put(self, name: str, document: Document) -> None:
        """Let another document stand behind a name."""
        member = next(one for one in self.members if one.name == name)
        self._documents[member.sha256] = document

    async def read(self, sha256: str) -> Document:
        return self._documents[sha256]

    async def sources(self) -> list[Source]:
        return await Sources(self).open(tuple(self.members))


def task(
    procedure: str,
    step: str,
    documents: Shelf | None = None,
    inputs: Mapping[str, StepInput] | None = None,
) -> StepTask:
    """A step of a procedure in Markdown, with its documents and inputs."""
    compiled = compile_procedure(procedure)
    members = tuple(documents.members) if documents else ()
    case = CaseRecord("case", "sheet", "k", "k", members)
    return StepTask(compiled, compiled.step(step), case, members, inputs or {}, "2026-01-02")


def given(
    name: str, value: Json, type: str = "text", *, absence: str = "", quote: str = ""
) -> StepInput:
    """A cell that another step reads, called `name`."""
    citations = (Citation("d", "d.txt", 1, 0, 0, quote, (), "exact", "yes"),) if quote else ()
    step = Step(name.lower().replace(" ", "-"), name, ValueType(type), "document")  # type: ignore[arg-type]
    mark = value_digest(value, absence)
    return StepInput(step, Effective(value, absence, mark, Label(), Proof("quoted", citations)))
