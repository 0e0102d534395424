"""An outcome with what speaks for and against it, and how likely it is to be right. Reads nothing.

Where nothing was measured, as before there were verdicts, there is no confidence: never a number
that was made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from casework.documents.boxes import recognition_of
from casework.judges.confidence import Calibration, confidence
from casework.steps.learned import AtWork
from casework.steps.sources import Source
from casework.types.case import Outcome
from casework.types.confidence import ABSENT, PROVED, READER_AGREES, RECOGNISED

_MEASURED = ("value", "absent")


def measured(
    outcome: Outcome,
    signals: Mapping[str, float],
    calibration: Calibration | None,
    at_work: AtWork | None = None,
) -> Outcome:
    """The outcome with its signals, its confidence where one can be told, and the label of the
    version that had a part in it."""
    if outcome.kind not in _MEASURED:
        return outcome
    told = dict(signals)
    if outcome.kind == "value":
        told[PROVED] = float(outcome.proof.solid)
    sure = confidence(told, calibration) if calibration is not None else None
    label = outcome.label.join(at_work.label) if at_work is not None else outcome.label
    return replace(outcome, signals=told, confidence=sure, label=label)


def read_signals(outcome: Outcome, sources: Sequence[Source]) -> dict[str, float]:
    """The signals of what a language model read."""
    told = {ABSENT: float(outcome.kind == "absent")}
    sure = _recognised(outcome, sources)
    if sure is not None:
        told[RECOGNISED] = sure
    return told


def twice_read(outcome: Outcome, calibration: Calibration | None, *, agrees: bool) -> Outcome:
    """An outcome that was measured, with whether another reader says the same."""
    if outcome.kind not in _MEASURED:
        return outcome
    told = {**outcome.signals, READER_AGREES: float(agrees)}
    if outcome.confidence is None or calibration is None:
        return replace(outcome, signals=told)
    return replace(outcome, signals=told, confidence=confidence(told, calibration))


def _recognised(outcome: Outcome, sources: Sequence[Source]) -> float | None:
    """How sure text recognition is of the least sure word of what is quoted; None where all of it
    was typed."""
    pictures = {
        (source.member.sha256, page.number): page
        for source in sources
        for page in source.document.pages
        if page.confidences
    }
    if not pictures:
        return None
    sure = [
        told
        for one in outcome.proof.citations
        if (page := pictures.get((one.document, one.page))) is not None
        and (told := recognition_of(page, one.start, one.end)) is not None
    ]
    return round(min(sure), 4) if sure else None
