"""What describes the work is told from what is worked on."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.documents.open import open_document
from casework.documents.reading import Limits
from casework.extraction.suggest.instructing import Speech, speech_of

PROCEDURES = sorted((Path(__file__).parent / "procedures").iterdir())
SAMPLES = Path(__file__).resolve().parents[3] / "src" / "casework" / "samples"
SETS = ("agreements", "invoices")
DOCUMENTS = sorted(path for name in SETS for path in (SAMPLES / name / "documents").iterdir())


def _speech(path: Path, name: str = "") -> Speech:
    return speech_of(open_document(path, path.name, Limits()).document, name or path.name)


def _of(folder: Path, text: str, name: str = "a.txt") -> Speech:
    path = folder / name
    path.write_text(text, "utf-8")
    return _speech(path)


@pytest.mark.parametrize("path", PROCEDURES, ids=lambda path: path.name)
def test_written_procedures_of_several_languages_are_seen(path: Path) -> None:
    assert _speech(path).instructs


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_agreements_and_invoices_of_any_language_are_none(path: Path) -> None:
    assert not _speech(path).instructs
    assert not _speech(path, "procedure.pdf").instructs  # a name alone makes none


def test_what_is_asked_of_a_customer_is_no_procedure(tmp_path: Path) -> None:
    asked = _of(
        tmp_path,
        "Please check the amounts below. Please send the enclosed form back to us within a week.\n"
        "Bitte prüfen Sie die Beträge sofort. Veuillez vérifier les montants ci-dessous.\n",
    )
    assert asked.told == 0


def test_labels_of_forms_are_no_verbs(tmp_path: Path) -> None:
    form = _of(
        tmp_path, "Check number: 1204\nNote: none\nRecord date: 3 May 2026\nFile reference: A-1\n"
    )
    assert form.told == 0


def test_one_instruction_among_other_sentences_is_no_procedure(tmp_path: Path) -> None:
    letter = _of(
        tmp_path,
        "Dear Ada,\n\nThe lorry came late again on Monday. I was told that the road was closed.\n"
        "We were all quite cold by then. Check the attached photographs of the boxes.\n"
        "The rest arrived in good order. I am back in the office on Thursday.\n",
    )
    assert letter.told == 1
    assert not letter.instructs


def test_clauses_that_say_shall_are_no_procedure(tmp_path: Path) -> None:
    clauses = _of(
        tmp_path,
        "1. The Recipient shall keep the Confidential Information secret.\n"
        "2. The Recipient must return all copies on request of the Discloser.\n"
        "3. Each party shall notify the other of any breach that it finds.\n"
        "4. This agreement is governed by the laws of Ireland.\n",
        "procedure.txt",
    )
    assert not clauses.instructs
