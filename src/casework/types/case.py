"""Cases, cells and what running a cell gives. Says what the words mean; runs and stores nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, get_args

from casework.base.hashing import digest
from casework.types.document import DocumentState
from casework.types.label import NO_LABEL, Label
from casework.types.proof import UNPROVED, Citation, Proof
from casework.types.span import Span
from casework.types.usage import NO_USAGE, Usage
from casework.types.values import Json
from casework.types.verdict import Verdict

CellState = Literal[
    "idle", "queued", "running", "waiting", "value", "absent", "failed", "skipped", "set_aside"
]
WaitKind = Literal["input", "person", "document", "model", "budget", "batch", "system"]
AbsenceKind = Literal["stated_absent", "not_found", "unreadable", "not_applicable", "conflict"]
ABSENCE_KINDS: tuple[AbsenceKind, ...] = get_args(AbsenceKind)
Flag = Literal["stale", "proposed", "conflict", "provisional", "accepted", "audit"]
"""`accepted`: it passes because errors among such cells are bounded; `audit`: it was drawn at
random, and a person reads it before seeing the machine's value."""
OutcomeKind = Literal["value", "absent", "waiting", "skipped", "failed"]

_LETTERS_A_WORD = 6
"""About how many letters a word takes, with what parts it from the next."""

BROUGHT_BACK = "brought back"
"""How the reason of a cell begins that a person has taken back in after it was set aside."""

REUSABLE: frozenset[OutcomeKind] = frozenset({"value", "absent", "skipped"})
"""Outcomes that are results: the same fingerprint uses them again. Failures and waits are not."""


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A document as a member of a case. `kinds` are the words that it answers to in `from`
    (such as `receipt`, `mail`, `claim form`); `parent` the mail it was attached to, or ''.
    `first_page` to `last_page` is the part of it that is meant, from 1; 0 and 0 all of it."""

    sha256: str
    name: str
    media_type: str = ""
    state: DocumentState = "read"
    reason: str = ""
    kinds: tuple[str, ...] = ()
    reader: str = ""
    reader_version: str = ""
    parent: str = ""
    first_page: int = 0
    last_page: int = 0
    words: int = field(default=0, compare=False)
    """How many words all of its pages have together; 0 where that is not known."""
    pages: int = field(default=0, compare=False)
    readers: frozenset[str] | None = field(default=None, compare=False)
    """The groups that may read it; None means everybody in the workspace."""

    @property
    def letters(self) -> int:
        """About how many letters the part of it that is meant has, by its words and pages."""
        letters = self.words * _LETTERS_A_WORD
        if not self.last_page or not self.pages:
            return letters
        return letters * (self.last_page - self.first_page + 1) // self.pages

    def is_a(self, kind: str) -> bool:
        """Whether it answers to this kind; every word of the kind must be among its words."""
        have = {word for own in self.kinds for word in own.split()}
        return all(word in have for word in kind.split())

    @property
    def input_digest(self) -> str:
        """What a fingerprint sees of it: its bytes, what read them, and which pages are meant."""
        whole = f"{self.sha256}:{self.reader}:{self.reader_version}"
        return f"{whole}:{self.first_page}-{self.last_page}" if self.last_page else whole


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One row of a worksheet. `key` is unique in the worksheet; `fields` are given values.

    A row of a table is a case of a nested worksheet: `parent` is the id of the case whose table it
    stands in, `position` its place there from 1, `retired_at` since when it is no longer there (''
    while it is), `source` the digest of the table's proof.
    """

    id: str
    worksheet_id: str
    key: str
    name: str
    documents: tuple[CaseDocument, ...] = ()
    fields: dict[str, Json] = field(default_factory=dict)
    arrived_at: str = ""
    set_aside: str = ""
    """Why the case is set aside; '' while it is not."""
    answered_at: str = ""
    """When first nothing was left to do without a person; '' before."""
    decided_at: str = ""
    """Since when no cell needs a person any more; '' while one does."""
    parent: str = ""
    position: int = 0
    retired_at: str = ""
    source: str = ""
    unread: str = ""
    """Why it cannot be told which pages a row stands for; '' when it can."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running a cell gave. `reason` is in words and never empty unless it is a value.

    `code` is the error code of a failure; `score` is how well the extractor liked the value, in
    its own unit, and no probability; `confidence` is a probability, None while not measured.
    `model` is the model that answered.
    """

    kind: OutcomeKind
    value: Json = None
    absence: AbsenceKind | None = None
    waiting_for: WaitKind | None = None
    reason: str = ""
    code: str = ""
    proof: Proof = UNPROVED
    label: Label = NO_LABEL
    score: float | None = None
    confidence: float | None = None
    model: str = ""
    usage: Usage = NO_USAGE
    spans: tuple[Span, ...] = ()
    blames_case: bool = False
    signals: Mapping[str, float] = field(default_factory=dict)
    """What speaks for or against the value, by the names in `types.confidence`; a signal that does
    not apply is left out. A confidence is made of them."""
    _digest: list[str] = field(default_factory=list, init=False, compare=False, repr=False)

    def know_digest(self, mark: str) -> None:
        """Take its digest from where it was kept, instead of computing it."""
        if mark and not self._digest:
            self._digest.append(mark)

    @property
    def value_digest(self) -> str:
        """The digest of what this outcome says: equal digests stop the wave. Computed once."""
        if not self._digest:
            absence = self.absence or ("skipped" if self.kind != "value" else "")
            self._digest.append(value_digest(self.value, absence))
        return self._digest[0]


def value_digest(value: Json, absence: str) -> str:
    """The digest of a value, or of an absence when `absence` is not ''."""
    return digest({"absent": absence} if absence else {"value": value})


@dataclass(frozen=True, slots=True)
class Recorded:
    """An outcome as it stands in the store.

    `meaning` is the digest of the step's meaning; `inputs` maps each input (a step id,
    `documents`, `today`, `field:NAME`) to the digest that it had.
    """

    id: str
    fingerprint: str
    attempt: int
    meaning: str
    inputs: dict[str, str]
    outcome: Outcome
    run_id: str
    at: str


@dataclass(frozen=True, slots=True)
class Effective:
    """What downstream reads: the human value over the machine's. `absence` is '' for a value,
    else an `AbsenceKind` or `skipped`; `provisional` what of its inputs is missing still."""

    value: Json
    absence: str
    digest: str
    label: Label
    proof: Proof
    provisional: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A step of a case with its three slots. `state` is of the machine's work; `since` when it
    came to be so (UTC stamp); `reason` why, in words; `tries` counts failed tries in a row."""

    case_id: str
    step_id: str
    state: CellState = "idle"
    reason: str = ""
    since: str = ""
    waiting_for: WaitKind | None = None
    machine: Recorded | None = None
    proposed: Recorded | None = None
    human: Verdict | None = None
    tries: int = 0
    tried: str = ""
    """The fingerprint that the failed tries had: another one starts the count anew. With no tries
    and a wait, that of the step's condition, which held."""
    kept: str = ""
    """The fingerprints, with a space between, for which a person kept what stands here."""
    lacking: str = ""
    """What was missing of the inputs of the machine's result, in words; '' when nothing was."""

    @property
    def provisional(self) -> str:
        """What is missing of the inputs of what stands here (`7 of 9 rows`); '' when nothing is, or
        when a person has said what is right."""
        decided = self.human is not None and not self.rejected
        return "" if decided or self.state not in ("value", "absent") else self.lacking

    @property
    def rejected(self) -> bool:
        """Whether a person has said that its value is wrong, and not what is right."""
        return self.human is not None and self.human.kind == "rejected"

    @property
    def conflict(self) -> bool:
        """A machine value that came after the verdict and disagrees with it."""
        verdict, machine = self.human, self.machine
        if verdict is None or machine is None or self.rejected:
            return False
        if verdict.against == machine.id:
            return False
        return machine.outcome.value_digest != value_digest(verdict.value, verdict.absence)

    def effective(self) -> Effective | None:
        """The value in force, or None when there is none to read."""
        verdict = self.human
        if verdict is not None and verdict.kind == "rejected":
            return None
        machine = self.machine.outcome if self.machine else None
        if verdict is not None:
            mark = value_digest(verdict.value, verdict.absence)
            accepted = verdict.kind in ("accepted", "adopted") and machine is not None
            same = accepted and machine is not None and machine.value_digest == mark
            proof = _proof_of(verdict, machine.proof if same and machine else None)
            label = Label(frozenset({f"person:{verdict.who}"})).join(verdict.label)
            joined = label.join(machine.label) if machine else label
            return Effective(verdict.value, verdict.absence, mark, joined, proof)
        if machine is None or self.state not in ("value", "absent", "skipped"):
            return None
        absence = machine.absence or ("skipped" if machine.kind == "skipped" else "")
        return Effective(
            machine.value,
            absence,
            machine.value_digest,
            machine.label,
            machine.proof,
            self.provisional,
        )


def _proof_of(verdict: Verdict, machine: Proof | None) -> Proof:
    """The proof of what a person said, its own places first; `machine` is the proof of the same
    value that they accepted."""
    if machine is None:
        return Proof("person", verdict.citations, note=verdict.note)
    if not verdict.citations:
        return machine
    kind = "person" if machine.kind == "unproved" else machine.kind
    known = {_spot(one) for one in verdict.citations}
    others = (one for one in machine.citations if _spot(one) not in known)
    return replace(machine, kind=kind, citations=(*verdict.citations, *others))


def _spot(one: Citation) -> tuple[str, int, int, int]:
    return one.document, one.page, one.start, one.end


class CellLine(NamedTuple):
    """A cell as the plan sees it: digests only, and a tuple, so that a scan of many stays light.

    `effective` is the digest of the value in force ('' when there is none); `inputs` the stored
    map as JSON text, parsed only when somebody asks why.
    """

    case_id: str
    step_id: str
    state: CellState
    waiting_for: WaitKind | None
    fingerprint: str
    meaning: str
    effective: str
    inputs: str
    verified: bool
    tries: int
    reason: str = ""
    tried: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class CellWrite:
    """What one cell leaves behind, written in one transaction.

    With `recorded` a new outcome is inserted (with citations and spans) and put in force. With
    `reuse` an outcome that exists is put in force. With neither only state and reason change, and
    the outcome in force stays. A failed outcome is inserted but never put in force.
    """

    worksheet_id: str
    case_id: str
    step_id: str
    state: CellState
    reason: str
    since: str
    waiting_for: WaitKind | None = None
    recorded: Recorded | None = None
    reuse: str = ""
    tries: int = 0
    tried: str = ""
    lacking: str = ""
    """What is missing of the inputs of a result, in words; it is then provisional."""
    run_id: str = ""
    """The run that does it; '' where that is told by what is recorded, or where there is none."""
