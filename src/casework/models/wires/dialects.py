"""The dialects of the chat-completions wire: what each endpoint takes and how it differs."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from casework.base.errors import SettingsError

SchemaSupport = Literal["strict", "json_schema", "json_object", "none"]
"""`strict`: a JSON schema with OpenAI's `strict`; `json_schema`: a JSON schema as it is;
`json_object`: only "some JSON"; `none`: nothing. The last two get the schema in words."""

TokensField = Literal["max_tokens", "max_completion_tokens"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an endpoint speaks. `list_hint` says how one finds out which models it has."""

    name: str
    schema: SchemaSupport = "json_schema"
    tokens_field: TokensField = "max_tokens"
    usage_cost: bool = False
    """Whether the endpoint is asked to say what the call cost."""
    list_hint: str = ""


DIALECTS: dict[str, Dialect] = {
    dialect.name: dialect
    for dialect in (
        Dialect("openai", schema="strict", tokens_field="max_completion_tokens"),
        Dialect("mistral", schema="strict"),
        Dialect("openrouter", schema="strict", usage_cost=True),
        Dialect("ollama", list_hint="`ollama list` shows them, `ollama pull NAME` fetches one."),
        Dialect("vllm", list_hint="It serves the model it was started with."),
        Dialect("llamacpp", list_hint="It serves the model it was started with."),
        Dialect("compatible"),
        Dialect("json_object", schema="json_object"),
        Dialect("plain", schema="none"),
    )
}


def dialect_named(name: str) -> Dialect:
    """The dialect of this name; raises `SettingsError` with the nearest one."""
    found = DIALECTS.get(name)
    if found is not None:
        return found
    near = difflib.get_close_matches(name, DIALECTS, n=1)
    hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(sorted(DIALECTS))}."
    raise SettingsError(f"There is no dialect {name!r}.", fix=hint)
