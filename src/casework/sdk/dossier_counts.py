"""What a dossier counts: cells, proofs, documents and meanings of a worksheet, case after case, so
that a large worksheet needs no more memory than a small one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from casework.base.hashing import digest, sha256_text
from casework.review.acceptance import Acceptance, Acceptances
from casework.review.queue import review_reason
from casework.types.case import CaseDocument, CaseRecord, Cell
from casework.types.procedure import Step

Standing = Literal["verified", "proved", "look", "wrong", "rest"]
"""How a cell stands: a person has said so; it stands on a proof; a person should look; it failed,
was set aside or contradicts; or nothing is there, with a reason."""
STANDINGS: tuple[Standing, ...] = ("verified", "proved", "look", "wrong", "rest")
_REASONS_KEPT = 1_000
"""Different reasons that are told apart; what comes after is counted as one."""


@dataclass(slots=True)
class StepCounts:
    """The cells of one step."""

    standings: Counter[Standing] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    absences: Counter[str] = field(default_factory=Counter)
    proofs: Counter[str] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    meanings: Counter[str] = field(default_factory=Counter)
    answered_by: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class SheetCounts:
    """A worksheet counted. `acceptances` tell what passes by promises, by path; `results` holds a
    digest for each case, in order."""

    steps: dict[str, StepCounts]
    acceptances: Acceptances = field(default_factory=dict)
    cases: int = 0
    first_arrival: str = ""
    last_arrival: str = ""
    aside: int = 0
    without_documents: int = 0
    provisional: int = 0
    conflicts: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    documents: dict[str, CaseDocument] = field(default_factory=dict)
    results: list[str] = field(default_factory=list)

    def add(self, steps: Mapping[str, Step], case: CaseRecord, cells: Mapping[str, Cell]) -> None:
        """Count one case; `steps` by their paths."""
        self.cases += 1
        self.first_arrival = min(self.first_arrival or case.arrived_at, case.arrived_at)
        self.last_arrival = max(self.last_arrival, case.arrived_at)
        self.aside += bool(case.set_aside)
        self.without_documents += not case.documents
        for document in case.documents:
            self.documents[document.sha256] = document
            self.kinds.update(document.kinds[:1] or ("of no known kind",))
        self.add_row(steps, case, cells)

    def add_row(
        self, steps: Mapping[str, Step], case: CaseRecord, cells: Mapping[str, Cell]
    ) -> None:
        """Count the cells of a case, or of a row of a table."""
        told = []
        for path, step in steps.items():
            cell = cells.get(step.id) or Cell(case.id, step.id)
            self._count(path, step, cell)
            effective = cell.effective()
            told.append([path, effective.digest if effective else cell.state])
        self.results.append(sha256_text(f"{case.name}\n{digest(sorted(told))}"))

    @property
    def results_digest(self) -> str:
        """The digest of every value in force, whatever the order of the cases."""
        return digest(sorted(self.results))

    @property
    def documents_digest(self) -> str:
        """The digest of the set of all documents, by their bytes and readers."""
        return digest(sorted(document.input_digest for document in self.documents.values()))

    def standing(self) -> Counter[Standing]:
        """All cells by how they stand."""
        return sum((counts.standings for counts in self.steps.values()), Counter())

    def _count(self, path: str, step: Step, cell: Cell) -> None:
        counts = self.steps[path]
        counts.states[cell.state] += 1
        acceptance = self.acceptances.get(path)
        counts.standings[standing_of(step, cell, acceptance)] += 1
        self.conflicts += cell.conflict
        self.provisional += bool(cell.provisional)
        effective, machine = cell.effective(), cell.machine
        if effective is not None and effective.absence:
            counts.absences[effective.absence] += 1
        elif effective is not None:
            counts.proofs["person" if _verified(cell) else effective.proof.kind] += 1
            counts.grades.update(citation.grade for citation in effective.proof.citations)
        if machine is not None:
            counts.meanings[machine.meaning] += 1
            if machine.outcome.model:
                counts.answered_by[machine.outcome.model] += 1
        if cell.reason and cell.state not in ("value", "skipped"):
            self._reason(step, cell)

    def _reason(self, step: Step, cell: Cell) -> None:
        kind = cell.state if cell.state != "absent" else _absence(cell)
        words = cell.reason if len(self.reasons) < _REASONS_KEPT else "other reasons"
        self.reasons[kind.replace("_", " "), step.name, words] += 1


def standing_of(step: Step, cell: Cell, acceptance: Acceptance | None = None) -> Standing:
    """How a cell stands, in the words that pictures are made of; `acceptance` is what passes on its
    step by a promise."""
    if cell.state in ("failed", "set_aside") or cell.conflict:
        return "wrong"
    if _verified(cell):
        return "verified"
    if review_reason(step, cell, acceptance=acceptance):
        return "look"
    effective = cell.effective()
    return "proved" if effective is not None and not effective.absence else "rest"


def _verified(cell: Cell) -> bool:
    return cell.human is not None and not cell.rejected


def _absence(cell: Cell) -> str:
    effective = cell.effective()
    return effective.absence if effective is not None and effective.absence else "absent"
