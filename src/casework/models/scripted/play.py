"""How the scripted server behaves, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from casework.base.errors import SettingsError
from casework.models.scripted.bodies import DIALECT_NAMES
from casework.models.scripted.script import Script, script_of
from casework.types.values import Json


@dataclass(frozen=True, slots=True)
class Play:
    """How the server behaves. `models` empty: every model is there; `key` '': none is asked for.

    Above `rate_per_s` (a token bucket, `burst` deep; 0: a tenth of a second's worth) it answers
    429, with `retry_after` as the header, `''` for none. `refused_keys` get 401 and `spent_keys` a
    quota that is used up. A prompt of more than `context_tokens` is refused; of more than `cuts_at`
    it reads no more than that, without a word, as Ollama does. A stream sends a piece every
    `piece_ms`. A batch takes `batch_s`.
    """

    script: Script = field(default_factory=Script)
    dialect: str = "openai"
    latency_ms: float = 0.0
    rate_per_s: float = 0.0
    burst: float = 0.0
    retry_after: str = "1"
    key: str = ""
    refused_keys: tuple[str, ...] = ()
    spent_keys: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    context_tokens: int = 0
    cuts_at: int = 0
    seed: int = 0
    piece_ms: float = 0.0
    batch_s: float = 0.0


def play_of(data: Mapping[str, Json]) -> Play:
    """How to behave, from plain data: `rules` and the fields of `Play`."""
    known = set(Play.__dataclass_fields__) - {"script"} | {"rules", "version"}
    unknown = sorted(set(data) - known)
    if unknown:
        raise SettingsError(f"The scripted server does not know {', '.join(unknown)}.")
    dialect = str(data.get("dialect") or "openai")
    if dialect not in DIALECT_NAMES:
        raise SettingsError(
            f"There is no dialect {dialect!r}.", fix=f"Known: {', '.join(DIALECT_NAMES)}."
        )
    return Play(
        script_of({"rules": data.get("rules") or []}),
        dialect,
        _number(data, "latency_ms"),
        _number(data, "rate_per_s"),
        _number(data, "burst"),
        str(data.get("retry_after", "1")),
        str(data.get("key") or ""),
        _names(data, "refused_keys"),
        _names(data, "spent_keys"),
        _names(data, "models"),
        int(_number(data, "context_tokens")),
        int(_number(data, "cuts_at")),
        int(_number(data, "seed")),
        _number(data, "piece_ms"),
        _number(data, "batch_s"),
    )


def _names(data: Mapping[str, Json], name: str) -> tuple[str, ...]:
    found = data.get(name)
    return tuple(str(each) for each in found) if isinstance(found, list) else ()


def _number(data: Mapping[str, Json], name: str) -> float:
    value = data.get(name) or 0
    if not isinstance(value, int | float):
        raise SettingsError(f"{name} is {value!r}; expected a number.")
    return float(value)
