"""A step that a Python function fills. Runs only code that is trusted on this machine."""

from __future__ import annotations

import asyncio
import datetime as dt
import enum
import inspect
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial

from casework.base.errors import RuleError
from casework.base.ids import slug
from casework.steps.parameters import annotations_of, as_models
from casework.steps.stoppable import StoppableThreads, TooLongError
from casework.types.case import Effective, Outcome
from casework.types.label import NO_LABEL
from casework.types.needs import Blocked, StepInput, StepTask
from casework.types.nesting import DOT
from casework.types.procedure import Method, Step
from casework.types.proof import UNPROVED, Proof
from casework.types.values import Json, ValueType
from casework.values.shape import settle_json

Function = Callable[..., object]
SECONDS = 120.0
"""How long a function may take where nobody says so."""
_LONGEST_SHOWN = 60


class PythonStep:
    """The kind `by: python`. `functions` maps step ids to the functions of a trusted procedure,
    each of which may take `seconds`."""

    def __init__(
        self,
        functions: Mapping[str, Function],
        threads: StoppableThreads | None = None,
        *,
        seconds: float = SECONDS,
    ) -> None:
        self._functions = functions
        self._threads = threads or StoppableThreads()
        self._seconds = seconds

    def method(self, step: Step) -> Method:
        """The source itself is in the step's meaning."""
        return Method("python", "1")

    def blocked(self, step: Step) -> Blocked | None:
        """Blocked where its code is not: it came with no trusted file and from no program."""
        if step.id in self._functions:
            return None
        return Blocked(
            "person",
            "its code is not here: run it in the program that made it, by "
            "workspace.worksheet(NAME, procedure); a file needs casework procedure trust FILE",
        )

    async def run(self, task: StepTask) -> Outcome:
        """Call the function with its inputs as Python values; None means not applicable."""
        function = self._functions[task.step.id]
        wanted = {slug(name): name for name in inspect.signature(function).parameters}
        # What only its condition reads is no parameter.
        named = ((slug(id), given) for id, given in task.inputs.items())
        read = {wanted[id]: given for id, given in named if id in wanted}
        asked = annotations_of(function)
        try:
            given = {name: value_in_python(one, asked.get(name)) for name, one in read.items()}
            result = await self._call(function, given)
            value = None if result is None else settle_json(value_as_json(result), task.step.type)
        except TooLongError as error:
            raise RuleError(
                f"{task.step.name}: {function.__name__}() took longer than {self._seconds:g} s and "
                "was stopped.",
                fix="Make it end sooner, or raise python.seconds.",
                code="python.too_long",
            ) from error
        except Exception as error:  # code of the user: its failure is the cell's
            told = ", ".join(f"{name}={_shown(one.read.value)}" for name, one in read.items())
            raise RuleError(
                f"{task.step.name}: {type(error).__name__}: {error} (with {told})",
                code="python.failed",
            ) from error
        proof = Proof("derived", expression=f"{function.__name__}()", steps=tuple(task.inputs))
        if result is None:
            return Outcome(
                "absent",
                absence="not_applicable",
                reason=f"{function.__name__}() gave nothing",
                proof=proof,
            )
        return Outcome("value", value=value, proof=proof)

    async def _call(self, function: Function, given: Mapping[str, object]) -> object:
        if not inspect.iscoroutinefunction(function):
            return await self._threads.call(partial(function, **given), seconds=self._seconds)
        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                return await function(**given)
        except TimeoutError as error:
            raise (TooLongError() if limit.expired() else error) from error


def _shown(read: object) -> str:
    told = repr(read)
    return told if len(told) <= _LONGEST_SHOWN else f"{told[:_LONGEST_SHOWN]}…"


def value_in_python(given: StepInput, asked: object = None) -> object:
    """A cell's value as a function wants it: Decimal, date, bool, str; None when absent. `asked` is
    the annotation of the parameter: pydantic models are made where it names one."""
    value, type = given.read.value, given.step.type
    if given.read.absence or value is None:
        return None
    if type.many and DOT in given.step.id and isinstance(value, list):
        return [_one_in_python(item, type.one()) for item in value]
    if type.many:
        return value
    if type.name in ("number", "percent"):
        return Decimal(str(value))
    if type.name == "date":
        return dt.date.fromisoformat(str(value))
    if type.name in ("record", "table"):
        return as_models(value, asked)
    return value


def _one_in_python(item: Json, type: ValueType) -> object:
    """What one row says, in a column of all rows."""
    step = Step("", "", type, "given")
    return value_in_python(StepInput(step, Effective(item, "", "", NO_LABEL, UNPROVED)))


def value_as_json(result: object) -> Json:
    """What a function returned, as JSON; pydantic models and dataclass-like objects as objects."""
    if isinstance(result, enum.Enum):
        return value_as_json(result.value)
    if result is None or isinstance(result, bool | int | str):
        return result
    if isinstance(result, float | Decimal):
        return str(result)
    if isinstance(result, dt.date):
        return result.isoformat()[:10]
    if isinstance(result, Mapping):
        return {str(key): value_as_json(item) for key, item in result.items()}
    if isinstance(result, list | tuple | set | frozenset):
        return [value_as_json(item) for item in result]
    dump = getattr(result, "model_dump", None)
    if callable(dump):
        return value_as_json(dump())
    raise RuleError(
        f"A function returned {type(result).__name__}, which is no value.",
        fix="Return text, a number, a date, true or false, a list, an object or None.",
        code="python.bad_result",
    )
