"""How far work may be relied on, in one sentence."""

from __future__ import annotations

import math

from casework.sdk.promised.views import FurtherChecks, PromiseView

_NEARLY_ALL = 0.995
_NOBODY = "nobody has checked any that were drawn at random"
_WHOLE = 0.1
"""Shares from here on are told in whole per cent."""


def sentence(view: PromiseView) -> str:
    """What a person needs to know of a promise."""
    if view.threshold is None and not view.points:
        return (
            "Nothing passes without a person yet: how sure the machine is was not measured here. "
            "That takes some 20 answers to each step: casework review asks for them."
        )
    parts = [_passing(view), _checked(view)]
    if view.behind:
        parts.append(_behind(view.behind))
    if view.further is not None:
        parts.append(_further(view.further))
    told = "; ".join(parts)
    return f"{told[:1].upper()}{told[1:]}."


def percent(share: float) -> str:
    """A share as people say it: `61 %`, `3.5 %`, `0.4 %`."""
    value = round(share * 100, 6)
    if share >= _WHOLE or value == round(value):
        return f"{value:.0f} %"
    return f"{value:.1f} %"


def percent_at_most(share: float) -> str:
    """A bound: rounded up, never down."""
    figures = 1000 if share < _WHOLE else 100
    return percent(math.ceil(round(share * figures, 6)) / figures)


def _passing(view: PromiseView) -> str:
    if view.suspended:
        return f"nothing passes without a person since {view.suspended_at[:10]}: {view.suspended}"
    if view.threshold is None:
        return "nothing passes without a person yet"
    everything = "everything passes" if view.passing >= _NEARLY_ALL else ""
    return f"{everything or f'{percent(view.passing)} pass'} without a person"


def _checked(view: PromiseView) -> str:
    if not view.documents:
        return "none that was drawn at random counts yet" if view.behind else _NOBODY
    values = f"{view.cells:,} randomly checked"
    if view.cells != view.documents:
        values = f"{view.cells:,} values in {view.documents:,} randomly checked documents"
    told = f"of {values} {_count(view.wrong)} wrong"
    if view.at_most is None:
        return told
    return (
        f"{told}: at most {percent_at_most(view.at_most)} with {percent(1 - view.delta)} confidence"
    )


def _count(wrong: int) -> str:
    return "none was" if not wrong else f"{wrong} was" if wrong == 1 else f"{wrong:,} were"


def _behind(count: int) -> str:
    counts = "one that was read counts" if count == 1 else f"{count:,} that were read count"
    return f"{counts} once all that were drawn before are read"


def _further(more: FurtherChecks) -> str:
    checks = "check" if more.checks == 1 else "checks"
    return f"about {more.checks:,} more {checks} would allow {percent(more.passing)}"
