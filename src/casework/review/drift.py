"""Whether what was certified still holds: errors in the audit stream, and documents unlike those
that were checked.

Errors: from the moment of the certificate a bet that more than ε are wrong is carried from document
to document, and begun anew whenever it has lost (a CUSUM e-detector; Shin, Ramdas and Rinaldo,
E-detectors: a nonparametric framework for sequential change detection, 2023). It rises above 1/α
by chance only once in 1/α documents on average, for as long as what was promised holds.

Novelty: the same bet on the documents that came since, that more than a fifth of them are more
unlike what was learned from than nine of ten of those that the certificate rests on.

An alarm suspends acceptance. What was checked before says nothing of what came since, so another
certificate is reached by what is checked from then on; when it is, acceptance goes on. All of it
follows from verdicts and outcomes: nothing is stored, and whoever looks finds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from casework.review.bound import Audited, Certificate, Promise, certify
from casework.review.stream import CheckedDocument

_ALARM = 200.0
"""1/α: so many documents lie between two false alarms on average, were errors just at ε all along;
where they are at half of it, hardly ever is there one."""
_STAKES = (0.2, 0.5, 0.8)
"""Shares of the largest stake that cannot lose all, mixed alike: small ones find small changes."""
_USUAL = 0.9
"""The share of the checked documents that is less novel than what is called unlike."""
_UNLIKE = 0.2
"""The share of unlike documents that is borne: a tenth by design, and as much for the chance in
drawing the line by some dozens of documents."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document that the machine has answered: when, and how novel it is."""

    at: str
    novelty: float


@dataclass(frozen=True, slots=True)
class Alarm:
    """Since when acceptance is suspended, and why in words. `changed_at` is about when it began;
    '' for an alarm that tells nothing of documents that came before."""

    at: str
    reason: str
    changed_at: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """How a promise stands. `documents` are those that its certificate rests on, in order;
    `since` is when that was reached ('' when it is not). `alarm` suspends it until another is."""

    certificate: Certificate
    documents: tuple[CheckedDocument, ...]
    since: str = ""
    alarm: Alarm | None = None
    alarms: tuple[Alarm, ...] = field(default=())
    """All that there ever were, oldest first."""

    @property
    def threshold(self) -> float | None:
        """From which confidence cells pass; None when none do."""
        return None if self.alarm else self.certificate.threshold

    @property
    def audited(self) -> list[Audited]:
        """The documents as the bound takes them."""
        return [document.audited for document in self.documents]


def held(
    documents: Sequence[CheckedDocument],
    arrivals: Sequence[Arrival],
    thresholds: Sequence[float],
    promise: Promise,
) -> Held:
    """How a promise stands by the documents that were checked (in the order in which they were
    done) and those that came (in the order in which they were answered)."""
    alarms: list[Alarm] = []
    rest = list(documents)
    while True:
        reached = reached_at([one.audited for one in rest], thresholds, promise)
        found = _alarm(rest, arrivals, reached, promise) if reached else None
        if found is None:
            break
        alarms.append(found)
        rest = [one for one in rest if one.at > found.at and one.found_at >= found.changed_at]
    certificate = certify([one.audited for one in rest], thresholds, promise)
    since = rest[reached[0][0] - 1].at if reached else ""
    waiting = alarms[-1] if alarms and not reached else None
    return Held(certificate, tuple(rest), since, waiting, tuple(alarms))


def reached_at(
    stream: Sequence[Audited], thresholds: Sequence[float], promise: Promise
) -> list[tuple[int, float]]:
    """After how many documents each certified threshold was so first, the strictest first."""
    levels = certify(stream, thresholds, promise).levels
    return [(one.reached, one.threshold) for one in levels if one.reached is not None]


class Detector:
    """A bet that goes on, and begins anew whenever it has lost, against "at most `usual` of what
    comes is bad": tells when that has become hard to believe."""

    def __init__(self, usual: float) -> None:
        self._usual = usual
        self._gains = [1.0] * len(_STAKES)
        self.begun = 0
        self.seen = 0

    def sees(self, bad: float) -> bool:
        """Whether it alarms at the next one, of which this share (0 to 1) is bad."""
        if sum(self._gains) <= len(_STAKES):
            self._gains = [1.0] * len(_STAKES)
            self.begun = self.seen
        self.seen += 1
        won = (bad - self._usual) / self._usual
        self._gains = [kept * (1 + s * won) for kept, s in zip(self._gains, _STAKES, strict=True)]
        return sum(self._gains) / len(_STAKES) >= _ALARM


def _alarm(
    documents: Sequence[CheckedDocument],
    arrivals: Iterable[Arrival],
    reached: Sequence[tuple[int, float]],
    promise: Promise,
) -> Alarm | None:
    """The first alarm since a certificate was reached; None while it holds."""
    errors = _errors(documents, reached, promise)
    novelty = _novelty(documents[: reached[0][0]], arrivals)
    both = [one for one in (errors, novelty) if one is not None]
    return min(both, key=lambda one: one.at) if both else None


def _errors(
    documents: Sequence[CheckedDocument], reached: Sequence[tuple[int, float]], promise: Promise
) -> Alarm | None:
    """The alarm for too many errors among what passed."""
    detector = Detector(promise.epsilon)
    shares: list[tuple[int, int]] = []
    for place in range(reached[0][0], len(documents)):
        threshold = min(level for count, level in reached if count <= place)
        every = documents[place].audited.cells
        cells = [one for cell in every if (one := cell.at(threshold)) is not None]
        if not cells:
            continue
        wrong = sum(cell.wrong for cell in cells)
        shares.append((wrong, len(cells)))
        if detector.sees(wrong / len(cells)):
            recent = shares[detector.begun :]
            told = f"{sum(one for one, _ in recent)} of the last {sum(of for _, of in recent)}"
            reason = f"{told} randomly checked were wrong, more than {promise.epsilon:.2%} allows"
            return Alarm(documents[place].at, reason.replace(".00%", "%").replace("%", " %"))
    return None


def _novelty(certified: Sequence[CheckedDocument], arrivals: Iterable[Arrival]) -> Alarm | None:
    """The alarm for too many documents that are unlike those of the certificate."""
    known = sorted(one.novelty for one in certified if one.novelty is not None)
    if not known:
        return None
    usual = known[min(len(known) - 1, int(_USUAL * len(known)))]
    since = certified[-1].at
    detector = Detector(_UNLIKE)
    seen: list[Arrival] = []
    for arrival in arrivals:
        if arrival.at <= since:
            continue
        seen.append(arrival)
        if detector.sees(float(arrival.novelty > usual)):
            recent = seen[detector.begun :]
            unlike = sum(one.novelty > usual for one in recent)
            reason = (
                f"{unlike} of the last {len(recent)} documents are more unlike those that were "
                "learned from than nine of ten that were checked"
            )
            return Alarm(arrival.at, reason, recent[0].at)
    return None
