"""One column of all rows of a table as an input of other steps: its digest, its value, and what is
missing of it. Looks at digests alone, but where a value is put together.

A row that a step does not apply to (skipped, not applicable, stated absent) is left out and misses
nothing. A row without an answer (it waits, failed, was not found) is left out too, and what is made
of the others is provisional until the answer comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.base.hashing import digest
from casework.types.case import ABSENCE_KINDS, Effective, value_digest
from casework.types.label import join_all
from casework.types.proof import Proof
from casework.types.values import Json, ValueType

_DOES_NOT_APPLY = frozenset(
    value_digest(None, kind) for kind in ("skipped", "not_applicable", "stated_absent")
)
_ABSENT = frozenset(value_digest(None, kind) for kind in (*ABSENCE_KINDS, "skipped"))
_NOT_FOUND = frozenset(value_digest(None, kind) for kind in ("not_found", "unreadable"))


@dataclass(frozen=True, slots=True)
class Fan:
    """A column of all rows. `digest` is '' while nothing of it can be read, for `reason` (in the
    words that follow "which"); `provisional` says what is missing (`7 of 9 rows`); `absence` is
    there when no row has a value, and none waits for one."""

    digest: str
    provisional: str = ""
    reason: str = ""
    absence: str = ""


def fan_of(effective: Sequence[str]) -> Fan:
    """The column of rows with these effective digests, in their order ('' for none in force)."""
    wanted = [mark for mark in effective if mark not in _DOES_NOT_APPLY]
    there = [mark for mark in wanted if mark and mark not in _NOT_FOUND]
    if wanted and not there and all(mark in _NOT_FOUND for mark in wanted):
        return Fan(value_digest(None, "not_found"), absence="not_found")
    if wanted and not there:
        rows = "its row" if len(wanted) == 1 else f"any of its {len(wanted)} rows"
        return Fan("", reason=f"has no answer yet for {rows}")
    missing = len(wanted) - len(there)
    told = f"{len(there)} of {len(wanted)} rows" if missing else ""
    return Fan(digest(list(effective)), told)


def is_absent(effective: str) -> bool:
    """Whether a digest is that of an absence."""
    return effective in _ABSENT


def gather(
    values: Sequence[Effective | None], type: ValueType, steps: Sequence[str], fan: Fan
) -> Effective:
    """The column as one list; `type` is that of the step in a row, `steps` the ids behind it."""
    known = [one for one in values if one is not None]
    items: list[Json] = []
    for one in known:
        if isinstance(one.value, list) and (type.many or type.name in ("table", "choices")):
            items += one.value
        elif not one.absence:
            items.append(one.value)
    inherited = (one.provisional for one in known if one.provisional)
    return Effective(
        None if fan.absence else items,
        fan.absence,
        fan.digest,
        join_all(one.label for one in known),
        Proof("derived", steps=tuple(steps)),
        join_words([fan.provisional, *inherited]),
    )


def join_words(words: Sequence[str]) -> str:
    """What is missing of several inputs, each said once."""
    return "; ".join(dict.fromkeys(word for word in words if word))
