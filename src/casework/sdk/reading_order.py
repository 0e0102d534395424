"""The order of readers that settings name for all steps over documents, and from when on the answer
of one is taken."""

from __future__ import annotations

from casework.base.errors import SettingsError
from casework.base.settings import Settings
from casework.models.names import ROLES
from casework.procedures.names import listed
from casework.procedures.reading_order import order_problem
from casework.steps.cascade import Chosen
from casework.steps.choice import EMBEDDED

_SETTING = "extract.readers"
_SURE = "extract.sure"


def order_of(settings: Settings) -> tuple[str, ...]:
    """The readers in their order; empty where the setting names none. Raises `SettingsError` for
    what cannot be meant."""
    told = settings.text(_SETTING)
    readers = tuple(word.strip() for word in told.split(",") if word.strip())
    if not readers:
        return ()
    known = (EMBEDDED, *(role for role in ROLES if role != "vision"))
    for reader in readers:
        if reader not in known and ":" not in reader:
            raise SettingsError(
                f"{_SETTING} is {told!r}, and {reader!r} names no reader.",
                fix=f"Write {listed(known)}, or provider:model such as openai:gpt-5-mini.",
            )
    problem, fix = order_problem(readers)
    if problem:
        raise SettingsError(f"{_SETTING} is {told!r}. {problem}", fix=fix)
    return readers


def chosen_of(settings: Settings) -> Chosen:
    """The confidence that a person chose to be enough, where nothing certifies one."""
    least = settings.number(_SURE)
    if least > 1:
        raise SettingsError(
            f"{_SURE} is {least:g}, and a confidence lies between 0 and 1.",
            fix=f"Write it as a share, such as 0.95: casework settings set {_SURE} 0.95",
        )
    return Chosen(least or None)
