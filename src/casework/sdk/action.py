"""One place below all doors where it is looked at who may do what: each public action of the sdk
says which permission it needs. What is more than looking is noted as a deed: who, when, what, on
what; never a word of a document.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, Protocol, TypeVar, cast

from casework.base.clock import Clock
from casework.base.errors import CaseworkError, RightsError
from casework.governance.roles import least_role, may
from casework.store.records import WorksheetRecord
from casework.types.deed import Deed
from casework.types.person import Permission, Person

P = ParamSpec("P")
R = TypeVar("R")
MARK = "casework_permission"
"""The attribute of an action that says which permission it needs."""
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_WITHIN: ContextVar[bool] = ContextVar("casework_within_an_action", default=False)
"""Whether an action is under way that is noted: what it is made of is not noted again."""


class _Log(Protocol):
    def note(self, deed: Deed) -> None: ...


class _Store(Protocol):
    @property
    def deeds(self) -> _Log: ...


class Acting(Protocol):
    """What is asked of the house that somebody acts in (`casework.sdk.wire.House`)."""

    @property
    def person(self) -> Person | None: ...
    @property
    def store(self) -> _Store: ...
    @property
    def clock(self) -> Clock: ...

    def who(self) -> str: ...


class _Group(Protocol):
    @property
    def _house(self) -> Acting: ...


def action(
    permission: Permission, *, on: str = "", noted: bool = True
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only those do it who have this permission. `on` names the parameter that the deed is
    done on, where that is neither a worksheet nor a case; its value is noted. What only shows
    something that not everybody may see is not `noted`."""

    def wrap(act: Callable[P, R]) -> Callable[P, R]:
        if inspect.iscoroutinefunction(act) and permission != "read" and noted:
            wrapped = _noted(act, permission, on)
        else:
            wrapped = _checked(act, permission)
        setattr(wrapped, MARK, permission)
        return cast("Callable[P, R]", wrapped)

    return wrap


def permits(person: Person, permission: Permission) -> bool:
    """Whether somebody may do such things, as far as their role and key tell."""
    return may(person.role, permission) and permission in person.within


def check_action(
    house: Acting, permission: Permission, what: str, worksheet: str | None = None
) -> None:
    """Raise `RightsError` when whoever asks may not do such things, or not on this worksheet."""
    person = house.person
    if person is None:
        return
    if not permits(person, permission):
        raise RightsError(
            f"{person.name or 'Your key'} may not do that ({what}): it takes somebody who may"
            f" {_WORDS[permission]}, and {_whose(person)}.",
            fix=f"Ask an owner for the role {least_role(permission)},"
            " or somebody who has it to do it.",
            code="rights.not_allowed",
        )
    only = person.worksheets
    if only is not None and (worksheet not in only if worksheet else permission != "read"):
        raise RightsError(
            f"This key is not for that ({what}): it is for {', '.join(sorted(only))} alone.",
            fix="Make a key that is for more, in the settings under API keys.",
            code="rights.not_allowed",
        )


_WORDS: Mapping[Permission, str] = {
    "read": "look",
    "decide": "decide",
    "edit": "add documents, run and change the procedure",
    "manage": "manage people, keys, models, settings and forgetting",
}


def _whose(person: Person) -> str:
    if person.key:
        return "this key was not made for that"
    return f"the role here is {person.role}"


def _checked(act: Callable[..., object], permission: Permission) -> Callable[..., object]:
    what = act.__qualname__

    @functools.wraps(act)
    def checked(self: _Group, *args: object, **named: object) -> object:
        if self._house.person is not None:
            check_action(self._house, permission, what, _worksheet_of(self))
            _in_own_name(named)
        return act(self, *args, **named)

    return checked


def _noted(act: Callable[..., object], permission: Permission, on: str) -> Callable[..., object]:
    what = act.__qualname__
    signature = inspect.signature(act)

    @functools.wraps(act)
    async def noted(self: _Group, *args: object, **named: object) -> object:
        house = self._house
        outer = not _WITHIN.get() and not named.get("dry")
        told = _told(signature, self, args, named, on) if outer else {}
        ended = "done"
        try:
            check_action(house, permission, what, _worksheet_of(self))
            if house.person is not None:
                _in_own_name(named)
            with _within():
                return await act(self, *args, **named)  # type: ignore[misc]
        except CaseworkError as error:
            ended = "refused" if isinstance(error, RightsError) else f"failed: {error.code}"
            raise
        except BaseException:
            ended = "broken off"
            raise
        finally:
            if outer:
                await _note(house, what, told, ended, _worksheet_id_of(self))

    return noted


def _in_own_name(named: dict[str, object]) -> None:
    """Nobody who signed in acts in the name of somebody else."""
    if "who" in named:
        named["who"] = ""


@contextmanager
def _within() -> Iterator[None]:
    token = _WITHIN.set(True)
    try:
        yield
    finally:
        _WITHIN.reset(token)


async def _note(
    house: Acting, what: str, told: Mapping[str, str], ended: str, worksheet: str
) -> None:
    person = house.person
    house.store.deeds.note(
        Deed(
            at=house.clock.now(),
            person=person.id if person else "",
            who=house.who(),
            key=person.key if person else "",
            what=what,
            worksheet=worksheet,
            case=told.get("case", ""),
            step=told.get("step", ""),
            on=told.get("on", ""),
            ended=ended,
        )
    )


def _told(
    signature: inspect.Signature,
    self: object,
    args: tuple[object, ...],
    named: Mapping[str, object],
    on: str,
) -> dict[str, str]:
    """What of the parameters may be noted: the id of a case, a step, and what `on` names. The name
    of a case may be words of a document."""
    try:
        bound = signature.bind(self, *args, **named).arguments
    except TypeError:
        return {}
    told: dict[str, str] = {}
    case, step = bound.get("case") or getattr(bound.get("item"), "case_id", ""), bound.get("step")
    if isinstance(case, str) and _ID.match(case):
        told["case"] = case
    step = step or getattr(bound.get("item"), "step_id", "")
    if isinstance(step, str):
        told["step"] = step
    value = bound.get(on) if on else None
    if value is not None:
        told["on"] = str(value)
    return told


def _worksheet_of(self: object) -> str | None:
    record = _record_of(self)
    return None if record is None else record.slug


def _worksheet_id_of(self: object) -> str:
    record = _record_of(self)
    return "" if record is None else record.id


def _record_of(self: object) -> WorksheetRecord | None:
    for name in ("_record", "_sheet"):
        found = getattr(self, name, None)
        if isinstance(found, WorksheetRecord):
            return found
    return None
