"""How learning stands for each step and audience of a worksheet: from how many examples, what is at
work, what was offered or refused, and when it learns next. Looks at counts alone; keeps no memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from casework.sdk.learned.examples import Given, counted, fits_model, is_open, learning_steps
from casework.sdk.wire import House
from casework.types.label import audience_of
from casework.types.learned import Version
from casework.types.procedure import Procedure

LEAST = 5
"""So many examples make a first version."""
_GROWN = 4
"""Then one more each time when there are more by one in so many, and by `LEAST`."""
LEAST_FOR_SURENESS = 20
"""So many answers of a language model that people verified tell how sure it may be."""

MOST_EXAMPLES = 500
"""The newest so many examples make a version: more cost time and memory, and gain little."""

THE_GATE = "the gate"
"""Who decided, where no person did."""

LearnedKind = Literal["field", "sureness"]
"""A model of the field is fitted; or, of a step that a language model reads, only how sure one may
be of it."""


@dataclass(frozen=True, slots=True)
class StepLearning:
    """How learning stands for one step and audience. `examples` counts by source; `next_at` is at
    how many of them it learns next. `latest` is the newest version, whatever became of it."""

    path: str
    step: str
    audience: str
    kind: LearnedKind
    examples: Mapping[str, int]
    next_at: int
    live: Version | None = None
    offered: Version | None = None
    latest: Version | None = None
    given: tuple[Given, ...] = field(default=(), repr=False, compare=False)
    outgrown: Version | None = None
    """The version that was at work until the step asked for another type of value: it is not used
    any more, and what is learned next begins anew."""

    @property
    def count(self) -> int:
        """All examples together."""
        return sum(self.examples.values())

    @property
    def newest(self) -> tuple[Given, ...]:
        """Those that make a version."""
        return self.given[-MOST_EXAMPLES:]

    @property
    def enough(self) -> bool:
        """Whether there are examples enough for any version."""
        return self.count >= (LEAST if self.kind == "field" else LEAST_FOR_SURENESS)

    @property
    def due(self) -> bool:
        """Whether it would learn now."""
        return self.count >= self.next_at

    @property
    def refused(self) -> Version | None:
        """The newest version, where it was refused."""
        return self.latest if self.latest and self.latest.state == "refused" else None


def standing_of_steps(
    house: House,
    procedure: Procedure,
    given: Mapping[str, Sequence[Given]],
    versions: Sequence[Version],
    outgrown: Collection[str] = (),
) -> list[StepLearning]:
    """How learning stands, step by step as written, each for its audiences. `outgrown` are the ids
    of versions that were learned for another type of value than their step has now."""
    found = []
    for path, step in learning_steps(procedure).items():
        kind: LearnedKind = "field" if fits_model(house, step) else "sureness"
        own = [one for one in versions if one.path == path]
        for audience in _audiences(given[path], own):
            of_audience = [one for one in own if one.audience == audience]
            usable = [one for one in of_audience if one.id not in outgrown]
            if usable[-1:] != of_audience[-1:]:  # of what is over nobody knows for which type
                usable = [one for one in usable if one.state in ("live", "offered")]
            told = _standing(path, step.name, audience, kind, given[path], usable)
            live = [one for one in of_audience if one.state == "live" and one.id in outgrown]
            found.append(replace(told, outgrown=live[-1]) if live else told)
    return found


def next_after(examples: int) -> int:
    """At how many examples a version is made that follows one from so many."""
    return examples + max(LEAST, -(-examples // _GROWN))


def _standing(
    path: str,
    name: str,
    audience: str,
    kind: LearnedKind,
    given: Sequence[Given],
    versions: Sequence[Version],
) -> StepLearning:
    open_ones = tuple(one for one in given if is_open(one.taught, audience))
    latest = versions[-1] if versions else None
    least = LEAST if kind == "field" else LEAST_FOR_SURENESS
    next_at = next_after(sum(latest.examples.values())) if latest else least
    return StepLearning(
        path,
        name,
        audience,
        kind,
        counted(one.taught for one in open_ones),
        next_at,
        next((one for one in reversed(versions) if one.state == "live"), None),
        next((one for one in reversed(versions) if one.state == "offered"), None),
        latest,
        open_ones,
    )


def _audiences(given: Iterable[Given], versions: Iterable[Version]) -> list[str]:
    """Everybody, and each set of readers that some example is kept to."""
    kept = {audience_of(one.taught.label.readers) for one in given}
    return sorted({"", *kept, *(one.audience for one in versions)})
