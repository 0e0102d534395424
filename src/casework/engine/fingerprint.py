"""What makes two runs of a cell the same: the step's meaning and its inputs. Law 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casework.base.hashing import digest, sha256_text
from casework.types.case import CaseDocument

DOCUMENTS = "documents"
TODAY = "today"


def fingerprint(meaning: str, inputs: Mapping[str, str]) -> str:
    """The sha256 of the canonical JSON of a meaning (its digest) and of its inputs (theirs)."""
    return digest({"inputs": dict(inputs), "meaning": meaning})


def documents_digest(documents: Iterable[CaseDocument]) -> str:
    """The digest of a set of documents: their bytes and readers, in whatever order they came."""
    return sha256_text("\n".join(sorted({document.input_digest for document in documents})))
