"""A script: rules that say which request gets which answer. Data in, frozen rules out.

```toml
[[rules]]
match = "Total due"              # a regex over the last user message
answer = { value = "12.30" }     # JSON to answer; or text = "…", fill = true, refusal = "…"

[[rules]]
model = "^flaky$"                # a regex over the model; schema = "…" over the schema's name
by = "repeat"                    # "turn": by assistant turns so far; "repeat": by how often this
sequence = [                     # very request came; "call": by how often this rule was used
  { error = "overloaded" },
  { answer = { value = 1 } },    # the last one stays
]

[[rules]]
share = 0.05                     # of all requests, drawn by content and seed
error = "server"
```

A request that no rule wants is answered by the filler, from the documents in it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from casework.base.errors import SettingsError
from casework.types.values import Json

ErrorKind = Literal[
    "bad_request",
    "unauthorised",
    "no_credit",
    "forbidden",
    "moderated",
    "unknown_model",
    "no_such_path",
    "elsewhere",
    "timeout",
    "conflict",
    "too_large",
    "context",
    "rate_limit",
    "server",
    "bad_gateway",
    "overloaded",
    "inside",
    "inside_choice",
]
"""`bad_gateway` is a page of a proxy; `inside` and `inside_choice` stand in a reply of status 200;
`elsewhere` is a redirect."""

BrokenKind = Literal[
    "json", "fenced", "talk", "shape", "cut", "empty", "null", "body", "html", "partial", "drop",
    "stall", "late", "whole",
]  # fmt: skip
"""`json`: the content is no JSON; `fenced`, `talk`: JSON with a fence or words around; `shape`:
JSON of another shape; `cut`: ends for length; `empty`: no choices; `null`: no content; `body`: the
reply itself is broken JSON; `html`: a page of status 200; `partial`: half a reply; `drop`: none.
Of streams: `partial`: cut off; `stall`: half, and then silence; `late`: an error in the middle;
`whole`: not streamed, although that was asked for."""

By = Literal["turn", "repeat", "call"]


@dataclass(frozen=True, slots=True)
class Action:
    """What to do with one request. At most one of the first six is set; none means `fill`. `calls`
    (of tools: `name`, `arguments`) may stand beside a text; `thought` goes before it."""

    answer: Json = None
    text: str = ""
    refusal: str = ""
    error: ErrorKind | None = None
    broken: BrokenKind | None = None
    hang: bool = False
    fill: bool = False
    latency_ms: float = 0.0
    retry_after: str = ""
    message: str = ""
    calls: tuple[Mapping[str, Json], ...] = ()
    thought: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """When (all that is set must hold) and what, one action after the other."""

    actions: tuple[Action, ...]
    match: re.Pattern[str] | None = None
    model: re.Pattern[str] | None = None
    schema: re.Pattern[str] | None = None
    share: float = 1.0
    by: By = "turn"


@dataclass(frozen=True, slots=True)
class Script:
    """Rules in order; the first that fits is used."""

    rules: tuple[Rule, ...] = ()


_ACTION_WORDS = frozenset(Action.__dataclass_fields__)
_RULE_WORDS = frozenset({"match", "model", "schema", "share", "by", "sequence"})
_DOINGS = ("answer", "text", "refusal", "error", "broken", "hang", "fill")


def read_script(path: Path) -> Script:
    """The script in a JSON or TOML file; raises `SettingsError` naming the rule that is wrong."""
    try:
        text = path.read_text("utf-8")
        data = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError) as error:
        raise SettingsError(f"The script {path} cannot be read: {error}.") from error
    return script_of(data)


def script_of(data: Mapping[str, Json]) -> Script:
    """The script in plain data."""
    unknown = sorted(set(data) - {"rules", "version"})
    if unknown:
        raise SettingsError(f"A script has `rules`; it does not know {', '.join(unknown)}.")
    rules = data.get("rules") or []
    if not isinstance(rules, list):
        raise SettingsError("`rules` of a script must be a list.")
    return Script(tuple(_rule(number, rule) for number, rule in enumerate(rules, 1)))


def _rule(number: int, data: Json) -> Rule:
    if not isinstance(data, dict):
        raise SettingsError(f"Rule {number} of the script is no table.")
    steps = data.get("sequence")
    if steps is None:
        steps = [{word: value for word, value in data.items() if word not in _RULE_WORDS}]
        allowed = _RULE_WORDS | _ACTION_WORDS
    else:
        allowed = _RULE_WORDS
    unknown = sorted(set(data) - allowed)
    if unknown or not isinstance(steps, list) or not steps:
        what = f"does not know {', '.join(unknown)}" if unknown else "has an empty sequence"
        raise SettingsError(f"Rule {number} of the script {what}.")
    by = str(data.get("by") or "turn")
    if by not in get_args(By):
        raise SettingsError(f"Rule {number}: by is {by!r}; expected {', '.join(get_args(By))}.")
    share = data.get("share", 1.0)
    return Rule(
        tuple(_action(number, step) for step in steps),
        _pattern(number, data.get("match")),
        _pattern(number, data.get("model")),
        _pattern(number, data.get("schema")),
        float(share) if isinstance(share, int | float) else 1.0,
        by,  # type: ignore[arg-type]
    )


def _action(number: int, data: Json) -> Action:
    if not isinstance(data, dict):
        raise SettingsError(f"Rule {number}: an action is no table.")
    unknown = sorted(set(data) - _ACTION_WORDS)
    doings = [word for word in _DOINGS if word in data]
    if unknown:
        raise SettingsError(f"Rule {number}: an action does not know {', '.join(unknown)}.")
    if len(doings) > 1:
        raise SettingsError(f"Rule {number}: an action does one thing, not {', '.join(doings)}.")
    for word, kinds in (("error", get_args(ErrorKind)), ("broken", get_args(BrokenKind))):
        if word in data and data[word] not in kinds:
            raise SettingsError(
                f"Rule {number}: {word} is {data[word]!r}; expected {', '.join(kinds)}."
            )
    latency = data.get("latency_ms", 0)
    return Action(
        answer=data.get("answer"),
        text=str(data.get("text") or ""),
        refusal=str(data.get("refusal") or ""),
        error=data.get("error"),  # type: ignore[arg-type]
        broken=data.get("broken"),  # type: ignore[arg-type]
        hang=bool(data.get("hang")),
        fill=bool(data.get("fill")) or not (doings or data.get("calls")),
        latency_ms=float(latency) if isinstance(latency, int | float) else 0.0,
        retry_after=str(data.get("retry_after", "")),
        message=str(data.get("message") or ""),
        calls=_calls(number, data.get("calls")),
        thought=str(data.get("thought") or ""),
    )


def _calls(number: int, data: Json) -> tuple[Mapping[str, Json], ...]:
    calls = data if isinstance(data, list) else [] if data is None else [None]
    for call in calls:
        if not isinstance(call, dict) or not isinstance(call.get("name"), str):
            raise SettingsError(f"Rule {number}: `calls` is a list of tables with a `name`.")
    return tuple(call for call in calls if isinstance(call, dict))


def _pattern(number: int, text: Json) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(str(text), re.DOTALL)
    except re.error as error:
        raise SettingsError(f"Rule {number}: {text!r} is no pattern: {error}.") from error
