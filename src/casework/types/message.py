"""A request to a language model and its answer, free of any provider's wire format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casework.types.usage import NO_USAGE, Usage
from casework.types.values import Json

Role = Literal["system", "user", "assistant"]
Finish = Literal["stop", "length", "refusal"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation, as text. Its first `shared` letters are material that other
    requests carry as well: kept once in traces, and worth remembering to a provider."""

    role: Role
    text: str
    shared: int = 0


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What a model is asked. `model` is `provider:model`; `schema` is the JSON schema that the
    answer must fit (None: plain text); `purpose` is a short word for the trace.
    """

    model: str
    messages: tuple[Message, ...]
    schema: dict[str, Json] | None = None
    schema_name: str = "answer"
    max_output_tokens: int | None = None
    temperature: float | None = 0.0
    purpose: str = "extract"
    whose: tuple[str, str, str] = ("", "", "")
    """Run, case and step that it is asked for, as far as they are known."""


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What came back. `model` is the model that answered, as the provider names it."""

    text: str
    model: str
    finish: Finish = "stop"
    usage: Usage = NO_USAGE
    refusal: str = ""
    request_id: str = ""
