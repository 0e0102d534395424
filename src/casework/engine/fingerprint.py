"""What makes two runs of a cell the same: the step's meaning and its inputs. Law 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casework.base.hashing import digest, sha256_text
from casework.types.case import CaseDocument, CaseRecord

DOCUMENTS = "documents"
TODAY = "today"


def fingerprint(meaning: str, inputs: Mapping[str, str]) -> str:
    """The sha256 of the canonical JSON of a meaning (its digest) and of its inputs (theirs)."""
    return digest({"inputs": dict(inputs), "meaning": meaning})


def row_inputs(case: CaseRecord, column: str) -> dict[str, str]:
    """What a column of a table reads in one of its rows: what stands there, the rest of the row,
    which tells where it stands, and the proof that the table has."""
    return {
        f"field:{column}": digest(case.fields.get(column)),
        "row:": digest(case.fields),
        "source:": case.source,
    }


def documents_digest(documents: Iterable[CaseDocument]) -> str:
    """The digest of a set of documents: their bytes and readers, in whatever order they came."""
    marks = {document.input_digest for document in documents}
    return sha256_text("\n".join(sorted(marks)) if len(marks) > 1 else "".join(marks))
