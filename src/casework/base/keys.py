"""Keys of model providers: from the environment or a 0600 file of the user, no workspace."""

from __future__ import annotations

import os
import stat
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from casework.base.errors import SettingsError
from casework.base.settings import user_folder

_FRESH_S = 2.0
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def key_file(environment: Mapping[str, str] | None = None) -> Path:
    """The file of this user that may hold keys: `provider = "key"` a line."""
    return user_folder(environment) / "keys.toml"


def find_keys(
    provider: str, variable: str, environment: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """The keys of a provider: from the environment (`NAME`, then `NAME_1`, `NAME_2` and on), else
    from the key file (one key, or a list of them). Raises `SettingsError` when the file can be read
    by others.
    """
    env = os.environ if environment is None else environment
    found = _numbered(variable, env) if variable else ()
    if found:
        return found
    file = key_file(env)
    if not file.is_file():
        return ()
    if os.name == "posix" and file.stat().st_mode & _OTHERS:
        raise SettingsError(f"Others can read the keys in {file}.", fix=f"Run: chmod 600 {file}")
    try:
        keys = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}.") from error
    told = keys.get(provider)
    several = told if isinstance(told, list) else [told]
    return tuple(str(key) for key in several if key)


def find_key(
    provider: str, variable: str, environment: Mapping[str, str] | None = None
) -> str | None:
    """The first key of a provider, or None."""
    return next(iter(find_keys(provider, variable, environment)), None)


def _numbered(variable: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """`NAME` and the run of `NAME_1`, `NAME_2`, … without a gap; each key once."""
    found = [env[variable]] if env.get(variable) else []
    number = 1
    while key := env.get(f"{variable}_{number}"):
        found.append(key)
        number += 1
    return tuple(dict.fromkeys(found))


class KeyRing:
    """Looks keys up, and again after a moment, so that a key that was changed is soon used."""

    def __init__(self, look_up: Callable[[str, str], tuple[str, ...]] = find_keys) -> None:
        self._look_up = look_up
        self._known: dict[tuple[str, str], tuple[float, tuple[str, ...]]] = {}

    def find(self, provider: str, variable: str) -> tuple[str, ...]:
        """The keys of a provider, at most `_FRESH_S` old."""
        now = time.monotonic()
        known = self._known.get((provider, variable))
        if known is None or now - known[0] > _FRESH_S:
            known = self._known[provider, variable] = (now, self._look_up(provider, variable))
        return known[1]


def write_key(
    provider: str, key: str | Sequence[str], environment: Mapping[str, str] | None = None
) -> Path:
    """Keep a key, or several, in the user's file, made with mode 0600; '' removes it."""
    import tomlkit

    file = key_file(environment)
    file.parent.mkdir(parents=True, exist_ok=True)
    document = tomlkit.parse(file.read_text("utf-8")) if file.exists() else tomlkit.document()
    if key:
        document[provider] = key if isinstance(key, str) else list(key)
    else:
        document.pop(provider, None)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as sink:
        os.fchmod(sink.fileno(), 0o600)
        sink.write(tomlkit.dumps(document))
    return file
