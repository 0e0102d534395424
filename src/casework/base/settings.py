"""Every setting in one typed table, and where each value came from.

Order: default < user's file < workspace's file < environment < flag. The environment name of
`model.default` is `CASEWORK_MODEL_DEFAULT`. Settings of providers have names with the provider in
the middle (`provider.NAME.base_url`). Keys are no settings: see `casework.base.keys`.

What decides where texts and keys are sent and in which form (`model.…`, `provider.…`, `border.…`,
`store.…`), what calls may use (`budget.…`) and who may come in (`oidc.…`, `outside.…`, `studio.…`)
counts in a workspace's file only when this user trusts it on this machine: a workspace may come
from somebody else. A cap that is lower than the one in force counts without that.
"""

from __future__ import annotations

import difflib
import math
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from casework.base.errors import SettingsError
from casework.base.hashing import digest
from casework.base.known_settings import PROVIDER_SETTINGS as PROVIDER_SETTINGS
from casework.base.known_settings import SETTINGS as SETTINGS
from casework.base.known_settings import Setting as Setting
from casework.base.known_settings import Value as Value
from casework.base.trusted import enlist, is_listed

Source = Literal[
    "default",
    "user file",
    "workspace file",
    "workspace file, not trusted here",
    "environment",
    "flag",
]

FILE = "settings.toml"
_PROVIDER_PREFIX = "provider."
_BUDGET_PREFIX = ("budget.", "draft.")
_GUARDED = (
    _PROVIDER_PREFIX, "model.", "border.", "store.", *_BUDGET_PREFIX,
    "oidc.", "outside.", "studio.",
)  # fmt: skip
"""How the names begin of settings that decide where texts and keys go, and in which form, what
calls may use, and who may come in from where."""
_BY_NAME = {setting.name: setting for setting in SETTINGS}
_PROVIDER_FIELDS = {setting.name: setting for setting in PROVIDER_SETTINGS}
_YES, _NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class Found:
    """A value in force and where it came from (`where` names the file or variable)."""

    setting: Setting
    name: str
    value: Value
    source: Source
    where: str = ""


@dataclass(frozen=True)
class Settings:
    """The settings in force. Build it with `load`. `untrusted` holds what the workspace's file says
    and what does not count, because nobody trusted it here."""

    found: Mapping[str, Found] = field(default_factory=dict)
    untrusted: Mapping[str, Found] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        """The value in force; the default when nobody set it."""
        known = self.found.get(name)
        return known.value if known else specification(name).default

    def text(self, name: str) -> str:
        return str(self.value(name))

    def integer(self, name: str) -> int:
        return int(self.value(name))

    def number(self, name: str) -> float:
        return float(self.value(name))

    def providers(self) -> dict[str, dict[str, Value]]:
        """What is set for each provider by name: field → value."""
        told: dict[str, dict[str, Value]] = {}
        for name, item in self.found.items():
            if name.startswith(_PROVIDER_PREFIX):
                provider, _, key = name.removeprefix(_PROVIDER_PREFIX).rpartition(".")
                told.setdefault(provider, {})[key] = item.value
        return told

    def all(self) -> Iterator[Found]:
        """Every setting with its value and source, providers last."""
        for setting in SETTINGS:
            known = self.found.get(setting.name)
            yield known or Found(setting, setting.name, setting.default, "default")
        yield from (item for name, item in sorted(self.found.items()) if name not in _BY_NAME)


def specification(name: str) -> Setting:
    """The setting of this name; raises `SettingsError` with the nearest names."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(_PROVIDER_PREFIX):
        provider, _, key = name.removeprefix(_PROVIDER_PREFIX).rpartition(".")
        if provider and key in _PROVIDER_FIELDS:
            return _PROVIDER_FIELDS[key]
    near = difflib.get_close_matches(name, _BY_NAME, n=1)
    hint = f"Did you mean {near[0]}?" if near else "`casework settings` lists them all."
    raise SettingsError(f"There is no setting {name!r}.", fix=hint)


def read_value(name: str, raw: object) -> Value:
    """The raw value as the setting's kind; raises `SettingsError` saying what was expected."""
    setting = specification(name)
    text = str(raw).strip()
    if setting.kind in ("integer", "number"):
        return _number(setting, name, text)
    if setting.kind == "yes/no":
        if text.lower() not in (*_YES, *_NO):
            raise SettingsError(f"{name} is {text!r}; expected yes or no.")
        return text.lower() in _YES
    if setting.choices and text not in setting.choices:
        raise SettingsError(f"{name} is {text!r}; expected one of {', '.join(setting.choices)}.")
    return text


def _number(setting: Setting, name: str, text: str) -> int | float:
    try:
        number = int(text) if setting.kind == "integer" else float(text)
    except ValueError:
        number = math.nan
    if not setting.least <= number < math.inf:
        kind = "a whole number" if setting.kind == "integer" else "a number"
        unit = f" of {setting.unit}" if setting.unit else ""
        raise SettingsError(
            f"{name} is {text!r}; expected {kind}{unit}, {setting.least:g} or more."
        )
    return number


def user_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where this user's own configuration lives (XDG base directories)."""
    env = os.environ if environment is None else environment
    if env.get("CASEWORK_CONFIG"):
        return Path(env["CASEWORK_CONFIG"])
    base = env.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "casework"


def state_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where what this user need not keep is written, such as tracebacks (XDG base directories)."""
    env = os.environ if environment is None else environment
    if env.get("CASEWORK_STATE"):
        return Path(env["CASEWORK_STATE"])
    base = env.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "casework"


def load(
    workspace: Path | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Value] | None = None,
) -> Settings:
    """Read all sources in their order; an unknown name or a bad value raises `SettingsError`."""
    env = os.environ if environment is None else environment
    found: dict[str, Found] = {}
    untrusted: dict[str, Found] = {}
    _take_file(found, user_folder(env) / FILE, "user file")
    if workspace is not None:
        told = _told_by(workspace)
        if not _is_trusted(workspace, told, env):
            untrusted = {
                name: replace(item, source="workspace file, not trusted here")
                for name, item in _guarded(told).items()
                if not _tightens(name, item.value, found)
            }
        found.update((name, item) for name, item in told.items() if name not in untrusted)
    for setting in SETTINGS:
        variable = environment_name(setting.name)
        if env.get(variable):
            value = read_value(setting.name, env[variable])
            found[setting.name] = Found(setting, setting.name, value, "environment", variable)
    for name, value in (flags or {}).items():
        found[name] = Found(specification(name), name, read_value(name, value), "flag")
    return Settings(found, untrusted)


def is_trusted(workspace: Path, environment: Mapping[str, str] | None = None) -> bool:
    """Whether the models and providers that the workspace's file names are trusted here; also when
    it names none."""
    return _is_trusted(workspace, _told_by(workspace), environment)


def trust(workspace: Path, environment: Mapping[str, str] | None = None) -> tuple[Found, ...]:
    """Trust the models and providers that the workspace's file names now, in this folder; an edit
    by hand asks again. Returns what is trusted. Raises `SettingsError` when it cannot be kept."""
    told = _told_by(workspace)
    guarded = _guarded(told)
    if guarded:
        enlist(_trust_file(environment), _mark(workspace, told))
    return tuple(guarded.values())


def environment_name(name: str) -> str:
    """`model.default` → `CASEWORK_MODEL_DEFAULT`."""
    return "CASEWORK_" + name.upper().replace(".", "_")


def write(file: Path, name: str, raw: str) -> Value:
    """Set one value in a settings file, leaving the rest of the file as it is; '' removes it."""
    import tomlkit

    value = read_value(name, raw) if raw else ""
    document = tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
    table: dict[str, object] = document
    *path, key = _path_of(name)
    for part in path:
        table = table.setdefault(part, tomlkit.table())  # type: ignore[assignment]
    if raw:
        table[key] = value
    else:
        table.pop(key, None)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(tomlkit.dumps(document), "utf-8")
    return value


def _told_by(workspace: Path) -> dict[str, Found]:
    """What the file of a workspace says."""
    told: dict[str, Found] = {}
    _take_file(told, workspace / FILE, "workspace file")
    return told


def _guarded(told: Mapping[str, Found]) -> dict[str, Found]:
    return {name: item for name, item in told.items() if name.startswith(_GUARDED)}


def _tightens(name: str, value: Value, found: Mapping[str, Found]) -> bool:
    """Whether it is a cap that allows less than what is in force without it; 0 and '' are none."""
    if not name.startswith(_BUDGET_PREFIX):
        return False
    known = found.get(name)
    before = known.value if known else specification(name).default
    if isinstance(value, str) or isinstance(before, str):
        return not before
    return value > 0 and (before <= 0 or value <= before)


def _is_trusted(
    workspace: Path, told: Mapping[str, Found], environment: Mapping[str, str] | None
) -> bool:
    return not _guarded(told) or is_listed(_trust_file(environment), _mark(workspace, told))


def _trust_file(environment: Mapping[str, str] | None) -> Path:
    return user_folder(environment) / "trusted-settings"


def _mark(workspace: Path, told: Mapping[str, Found]) -> str:
    """The digest of where the workspace is and of the models and providers that its file names."""
    values = {name: str(item.value) for name, item in _guarded(told).items()}
    return digest({"workspace": str(workspace.resolve()), "settings": values})


def _path_of(name: str) -> list[str]:
    specification(name)
    if name.startswith(_PROVIDER_PREFIX):
        provider, _, key = name.removeprefix(_PROVIDER_PREFIX).rpartition(".")
        return ["provider", provider, key]
    return name.split(".")


def _take_file(found: dict[str, Found], file: Path, source: Source) -> None:
    if not file.is_file():
        return
    try:
        data = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}.") from error
    for name, raw in _flatten(data):
        setting = specification(name)
        found[name] = Found(setting, name, read_value(name, raw), source, str(file))


def _flatten(data: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _flatten(value, f"{name}.")
        else:
            yield name, value
