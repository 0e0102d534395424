"""docs/settings.md tells every setting as the code has it."""

from __future__ import annotations

import pytest

from casework.base.settings import PROVIDER_SETTINGS, SETTINGS, Setting, environment_name
from tests.docs.pages import page, rows


def _default(setting: Setting) -> str:
    return f"`{setting.default}`" if setting.default != "" else "empty"


def _sentence(setting: Setting) -> str:
    choices = f" One of {', '.join(setting.choices)}." if setting.choices else ""
    return setting.sentence + choices


def settings_row(setting: Setting) -> tuple[str, ...]:
    """How the page tells a setting."""
    return (
        f"`{setting.name}`",
        setting.kind,
        _default(setting),
        setting.unit or "–",
        _sentence(setting),
        f"`{environment_name(setting.name)}`",
    )


def provider_row(setting: Setting) -> tuple[str, ...]:
    """How the page tells a setting of a provider."""
    name = f"`provider.NAME.{setting.name}`"
    return name, setting.kind, _default(setting), setting.unit or "–", _sentence(setting)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_in_the_page_as_it_is(setting: Setting) -> None:
    assert settings_row(setting) in rows(page("settings.md"))


@pytest.mark.parametrize("setting", PROVIDER_SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_of_a_provider_is_in_the_page_as_it_is(setting: Setting) -> None:
    assert provider_row(setting) in rows(page("settings.md"))


def test_the_page_tells_no_setting_that_is_gone() -> None:
    told = {row[0].strip("`") for row in rows(page("settings.md")) if len(row) in (5, 6)}
    known = {setting.name for setting in SETTINGS}
    known |= {f"provider.NAME.{setting.name}" for setting in PROVIDER_SETTINGS}
    assert {name for name in told if "." in name} == known
