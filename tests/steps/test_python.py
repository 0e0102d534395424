"""Steps filled by a function of a trusted procedure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from casework.base.errors import RuleError
from casework.procedures.python import functions_of, load_python
from casework.steps.python import PythonStep, value_as_json
from casework.types.case import CaseRecord, Outcome
from casework.types.needs import StepInput, StepTask
from tests.steps.material import given

FILE = '''"""Duties."""
from decimal import Decimal
from casework.procedures.python import step


def region() -> str:
    """Where it goes."""
    ...


def net() -> Decimal:
    """The net amount."""
    ...


@step(when='{Region} == "UK"')
def duty(net: Decimal) -> Decimal:
    """The duty."""
    return net * Decimal("0.2")


def half(net: Decimal) -> Decimal:
    """Half of it."""
    return net / 2 if net is not None else None


def wrong(net: Decimal) -> Decimal:
    """What is no number."""
    return "plenty"


def breaks(region: str) -> str:
    """What raises."""
    raise KeyError(region)
'''


async def ran(folder: Path, step: str, inputs: dict[str, StepInput]) -> Outcome:
    (folder / "duties.py").write_text(FILE, "utf-8")
    procedure = load_python(folder / "duties.py", lambda sha256: True)
    case = CaseRecord("case", "sheet", "k", "k")
    made = StepTask(procedure, procedure.step(step), case, (), inputs, "2026-01-02")
    return await PythonStep(functions_of(procedure)).run(made)


NET = given("Net", "100", "number")
REGION = given("Region", "UK")


async def test_a_function_is_given_its_parameters_and_not_what_its_condition_reads(
    tmp_path: Path,
) -> None:
    outcome = await ran(tmp_path, "duty", {"region": REGION, "net": NET})
    assert outcome.value == "20"
    assert outcome.proof.steps == ("region", "net")


async def test_a_function_that_gives_nothing_is_not_applicable(tmp_path: Path) -> None:
    gone = given("Net", None, "number", absence="not_found")
    outcome = await ran(tmp_path, "half", {"net": gone})
    assert (outcome.absence, outcome.reason) == ("not_applicable", "half() gave nothing")


async def test_a_result_of_another_type_counts_against_the_case(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="plenty") as caught:
        await ran(tmp_path, "wrong", {"net": NET})
    assert caught.value.blames_case


async def test_a_function_that_raises_is_told_with_its_inputs_in_short(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="KeyError") as caught:
        await ran(tmp_path, "breaks", {"region": given("Region", "long " * 5000)})
    assert "region='long long" in str(caught.value)
    assert len(str(caught.value)) < 26_000


async def test_code_that_is_not_trusted_waits_for_a_person(tmp_path: Path) -> None:
    (tmp_path / "duties.py").write_text(FILE, "utf-8")
    step = load_python(tmp_path / "duties.py", lambda sha256: True).step("duty")
    blocked = PythonStep({}).blocked(step)
    assert blocked is not None
    assert blocked.waiting_for == "person"
    assert "casework procedure trust" in blocked.reason


def test_what_a_function_returns_becomes_json() -> None:
    told = value_as_json({"at": dt.date(2026, 1, 2), "of": (Decimal("1.50"), True, None)})
    assert told == {"at": "2026-01-02", "of": ["1.50", True, None]}
    with pytest.raises(RuleError, match="bytes"):
        value_as_json(b"x")


HANGING = '''"""Steps that take their time."""
import asyncio


def endless() -> str:
    """What never ends."""
    while True:
        pass


async def waits() -> str:
    """What waits for too long."""
    await asyncio.sleep(60)
'''


@pytest.mark.parametrize("name", ["endless", "waits"])
async def test_a_function_that_takes_too_long_fails_its_cell_and_says_so(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "hanging.py").write_text(HANGING, "utf-8")
    procedure = load_python(tmp_path / "hanging.py", lambda sha256: True)
    case = CaseRecord("case", "sheet", "k", "k")
    task = StepTask(procedure, procedure.step(name), case, (), {}, "2026-01-02")
    step = PythonStep(functions_of(procedure), seconds=0.1)
    with pytest.raises(RuleError, match=r"took longer than 0\.1 s and was stopped") as caught:
        await step.run(task)
    assert caught.value.code == "python.too_long"
    assert "python.seconds" in caught.value.fix
