"""Numbers that would hang a run or mean nothing are refused, with what was expected."""

from __future__ import annotations

import pytest

from casework.base.errors import SettingsError
from casework.base.settings import SETTINGS, read_value


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("run.cases", "0"),
        ("model.concurrency", "-1"),
        ("rule.seconds", "nan"),
        ("model.timeout", "inf"),
        ("parse.pages", "many"),
        ("parse.pages", "1.5"),
        ("provider.mine.concurrency", "-2"),
    ],
)
def test_a_number_out_of_range_is_refused(name: str, raw: str) -> None:
    with pytest.raises(SettingsError, match=rf"{name} is '{raw}'; expected"):
        read_value(name, raw)


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [("run.cases", "1", 1), ("rule.seconds", "0.5", 0.5), ("parse.workers", "0", 0)],
)
def test_the_least_value_and_more_are_taken(name: str, raw: str, value: float) -> None:
    assert read_value(name, raw) == value


def test_every_default_is_allowed() -> None:
    for setting in SETTINGS:
        assert read_value(setting.name, setting.default) == setting.default
