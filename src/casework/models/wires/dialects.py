"""The dialects of the wires: what each endpoint takes and how it differs from the others."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

from casework.base.errors import SettingsError

WireName = Literal["chat", "messages", "library"]
"""`chat`: chat completions as OpenAI introduced them; `messages`: Anthropic's; `library`: what
pydantic-ai speaks for us."""

SchemaSupport = Literal["strict", "json_schema", "json_object", "none"]
"""`strict`: a JSON schema with OpenAI's `strict`; `json_schema`: a JSON schema as it is;
`json_object`: only "some JSON"; `none`: nothing. The last two get the schema in words."""

TokensField = Literal["max_tokens", "max_completion_tokens"]
Authorisation = Literal["bearer", "api-key", "x-api-key"]
PromptCaching = Literal["alone", "key", "marks"]
"""How an endpoint is helped to remember a prompt: it does so alone, by a key that routes requests,
or where marks stand in the prompt."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an endpoint speaks. `list_hint` says how one finds out which models it has."""

    name: str
    wire: WireName = "chat"
    schema: SchemaSupport = "json_schema"
    tokens_field: TokensField = "max_tokens"
    usage_cost: bool = False
    """Whether the endpoint is asked to say what the call cost."""
    list_hint: str = ""
    authorisation: Authorisation = "bearer"
    caching: PromptCaching = "alone"
    stream_usage: bool = True
    """Whether a stream must be asked to count its tokens (`stream_options`)."""
    seed_field: Literal["seed", "random_seed"] = "seed"
    required_word: Literal["required", "any"] = "required"
    """The word of `tool_choice` for "some tool"."""
    thoughts_back: bool = False
    """Whether thoughts before a call of a tool go back with its result (`reasoning_content`)."""
    deployments: bool = False
    """Whether the model stands in the address, as a deployment."""
    cuts_prompts: bool = False
    """Whether it cuts a prompt to its window without a word."""


_SERVED = "It serves the model it was started with."

DIALECTS: dict[str, Dialect] = {
    dialect.name: dialect
    for dialect in (
        Dialect("openai", schema="strict", tokens_field="max_completion_tokens", caching="key"),
        Dialect("anthropic", wire="messages", authorisation="x-api-key", caching="marks"),
        Dialect(
            "azure",
            schema="strict",
            tokens_field="max_completion_tokens",
            authorisation="api-key",
            caching="key",
            list_hint="The name is that of your deployment, not of the model.",
        ),
        Dialect(
            "azure-deployments",
            schema="strict",
            tokens_field="max_completion_tokens",
            authorisation="api-key",
            deployments=True,
            list_hint="The name is that of your deployment, not of the model.",
        ),
        Dialect(
            "mistral",
            schema="strict",
            stream_usage=False,
            seed_field="random_seed",
            required_word="any",
        ),
        Dialect("openrouter", schema="strict", usage_cost=True, caching="marks"),
        Dialect("groq", schema="json_schema", tokens_field="max_completion_tokens"),
        Dialect("gemini"),
        Dialect("deepseek", schema="json_object", thoughts_back=True),
        Dialect(
            "ollama",
            list_hint="`ollama list` shows them, `ollama pull NAME` fetches one.",
            cuts_prompts=True,
        ),
        Dialect("vllm", list_hint=_SERVED),
        Dialect("llamacpp", list_hint=_SERVED),
        Dialect("compatible"),
        Dialect("json_object", schema="json_object"),
        Dialect("plain", schema="none"),
        Dialect("library", wire="library"),
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
