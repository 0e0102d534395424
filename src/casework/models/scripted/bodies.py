"""Replies as the imitated endpoints word them: answers, errors, and what they refuse to take.

Sources: OpenAI API reference and error codes; Mistral error glossary; OpenRouter "Errors and
Debugging"; Ollama docs/openai.md; vLLM `ErrorResponse`; llama.cpp tools/server/README.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from casework.models.wires.words import most_strict
from casework.types.values import Json

DIALECT_NAMES = (
    "openai",
    "anthropic",
    "azure",
    "azure-deployments",
    "groq",
    "gemini",
    "deepseek",
    "mistral",
    "openrouter",
    "ollama",
    "vllm",
    "llamacpp",
    "json_object",
    "compatible",
    "plain",
)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_THINKING_MODELS = re.compile(r"^(?:o\d|gpt-5)")
_BOTH_TAKE = frozenset(
    ("model", "messages", "response_format", "temperature", "max_tokens", "top_p", "stop", "n")
)
_TOOL_FIELDS = frozenset(("tools", "tool_choice", "parallel_tool_calls", "stream"))
_OPENAI_FIELDS = (
    _BOTH_TAKE
    | _TOOL_FIELDS
    | {"max_completion_tokens", "seed", "user", "reasoning_effort", "stream_options"}
    | {"prompt_cache_key", "prompt_cache_retention"}
)
_MISTRAL_FIELDS = _BOTH_TAKE | _TOOL_FIELDS | {"random_seed", "safe_prompt"}


@dataclass(frozen=True, slots=True)
class Said:
    """An answer before it is worded: what, why it ended, tokens in, out and cached, calls of tools
    (id, name, arguments) and what was thought before."""

    content: Json
    finish: str = "stop"
    refusal: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    calls: tuple[tuple[str, str, Json], ...] = ()
    thought: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """An error before it is worded."""

    status: int
    message: str
    kind: str
    code: str = ""
    parameter: str = ""


def answer_body(dialect: str, model: str, said: Said, number: int) -> bytes:
    """A chat completion in this dialect."""
    message: dict[str, Json] = {"role": "assistant", "content": said.content}
    finish = said.finish
    if said.refusal:
        finish = _refuse(dialect, message, said.refusal)
    if said.calls:
        finish = "tool_calls"
        message["tool_calls"] = [chat_call(dialect, call) for call in said.calls]
    if said.thought:
        message["reasoning_content"] = said.thought
    if finish == "length" and dialect == "mistral":
        finish = "model_length"
    data: dict[str, Json] = {
        "id": f"chatcmpl-{number:08d}",
        "object": "chat.completion",
        "created": 1_700_000_000 + number,
        "model": f"{model}-2026-01-01" if dialect == "openai" else model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }
    _count(dialect, data, said)
    return _encode(data).encode()


def chat_call(dialect: str, call: tuple[str, str, Json]) -> Json:
    """A call of a tool as this endpoint words it."""
    id, name, arguments = call
    told = arguments if isinstance(arguments, str) else _encode(arguments)
    found: dict[str, Json] = {
        "id": id,
        "type": "function",
        "function": {"name": name, "arguments": told},
    }
    if dialect == "gemini":
        found["extra_content"] = {"google": {"thought_signature": f"seal-of-{id}"}}
    return found


def error_body(dialect: str, wrong: Wrong) -> bytes:
    """An error in this dialect."""
    return _encode(_worded(dialect, wrong)).encode()


def inner_error(wrong: Wrong) -> Json:
    """An error as OpenRouter puts it inside a reply."""
    return {"code": wrong.status, "message": wrong.message, "metadata": {"provider_name": "P"}}


def models_body(dialect: str, models: tuple[str, ...]) -> bytes:
    """A listing of models."""
    owner = {"vllm": "vllm", "llamacpp": "llamacpp", "ollama": "library"}.get(dialect, dialect)
    rows: list[Json] = [
        {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": owner}
        for name in models
    ]
    return _encode({"object": "list", "data": rows}).encode()


def not_taken(dialect: str, body: Mapping[str, Json]) -> Wrong | None:
    """What this endpoint does not accept about a request, or None."""
    check = _CHECKS.get(dialect)
    return check(body) if check is not None else None


def _refuse(dialect: str, message: dict[str, Json], refusal: str) -> str:
    """Word a refusal; returns the finish reason that goes with it."""
    if dialect == "openai":
        message["content"], message["refusal"] = None, refusal
        return "stop"
    message["content"] = refusal
    return "content_filter"


def _count(dialect: str, data: dict[str, Json], said: Said) -> None:
    """Add the tokens as this endpoint tells them."""
    usage: dict[str, Json] = {
        "prompt_tokens": said.input_tokens,
        "completion_tokens": said.output_tokens,
        "total_tokens": said.input_tokens + said.output_tokens,
    }
    if dialect in ("openai", "openrouter", "vllm"):
        usage["prompt_tokens_details"] = {"cached_tokens": said.cached_tokens}
    if said.thought:
        usage["completion_tokens_details"] = {"reasoning_tokens": len(said.thought) // 4 + 1}
    if dialect == "openrouter":
        usage["cost"] = (said.input_tokens + 4 * said.output_tokens) / 10_000_000
        data["provider"] = "Scripted"
    if dialect in ("json_object", "deepseek"):
        usage["prompt_cache_hit_tokens"] = said.cached_tokens
    if dialect == "llamacpp":
        data["timings"] = {
            "prompt_n": said.input_tokens - said.cached_tokens,
            "cache_n": said.cached_tokens,
            "predicted_n": said.output_tokens,
        }
        return
    data["usage"] = usage


def _worded(dialect: str, wrong: Wrong) -> Json:
    if dialect == "mistral":
        return _worded_mistral(wrong)
    if dialect == "anthropic":
        inner: Json = {"type": wrong.kind, "message": wrong.message}
        return {"type": "error", "error": inner, "request_id": "req_scripted"}
    if dialect == "gemini":
        told_by_gemini: Json = {
            "code": wrong.status,
            "message": wrong.message,
            "status": wrong.kind,
        }
        return [{"error": told_by_gemini}]
    if dialect == "openrouter":
        metadata: dict[str, Json] = {"reasons": [wrong.kind]} if wrong.code == "moderation" else {}
        return {"error": {"code": wrong.status, "message": wrong.message, "metadata": metadata}}
    if dialect == "ollama":
        kind = "not_found_error" if wrong.status == 404 else "api_error"
        return {"error": {"message": wrong.message, "type": kind, "param": None, "code": None}}
    if dialect in ("vllm", "llamacpp"):
        told: dict[str, Json] = {**_coded(wrong), "type": wrong.kind}
        return {"error": told} if dialect == "llamacpp" else {"object": "error", **told}
    return {
        "error": {
            "message": wrong.message,
            "type": wrong.kind,
            "param": wrong.parameter or None,
            "code": wrong.code or None,
        }
    }


def _coded(wrong: Wrong) -> dict[str, Json]:
    return {"code": wrong.status, "message": wrong.message}


def _worded_mistral(wrong: Wrong) -> Json:
    if wrong.status == 401:
        return {"detail": "Unauthorized"}
    message: Json = wrong.message
    if wrong.kind == "extra_forbidden":
        place: list[Json] = ["body", wrong.parameter]
        message = {"detail": [{"type": wrong.kind, "loc": place, "msg": wrong.message}]}
    code = wrong.code or None
    return {
        "object": "error",
        "message": message,
        "type": wrong.kind,
        "param": wrong.parameter or None,
        "code": code,
        "raw_status_code": wrong.status,
    }


def _openai_refuses(body: Mapping[str, Json]) -> Wrong | None:
    kind = "invalid_request_error"
    for name in body:
        if name not in _OPENAI_FIELDS:
            return Wrong(400, f"Unknown parameter: '{name}'.", kind, "unknown_parameter", name)
    if _THINKING_MODELS.match(str(body.get("model"))):
        if "max_tokens" in body:
            words = (
                "Unsupported parameter: 'max_tokens' is not supported with this model. "
                "Use 'max_completion_tokens' instead."
            )
            return Wrong(400, words, kind, "unsupported_parameter", "max_tokens")
        if body.get("temperature", 1) != 1:
            words = (
                "Unsupported value: 'temperature' does not support "
                f"{body['temperature']} with this model. Only the default (1) value is supported."
            )
            return Wrong(400, words, kind, "unsupported_value", "temperature")
    asked = _json_schema(body)
    if asked is not None and asked.get("strict") and not most_strict(asked.get("schema")):
        words = "Invalid schema for response_format: 'additionalProperties' is required to be false"
        return Wrong(400, words, kind, "", "response_format")
    return None


def _mistral_refuses(body: Mapping[str, Json]) -> Wrong | None:
    for name in body:
        if name not in _MISTRAL_FIELDS:
            words = "Extra inputs are not permitted"
            return Wrong(422, words, "extra_forbidden", "", name)
    messages = body.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    role = last.get("role") if isinstance(last, dict) else None
    if role not in ("user", "tool"):
        words = f"Expected last role User or Tool for serving but got {role}"
        return Wrong(400, words, "invalid_request_message_order", "3230")
    return None


def _json_object_refuses(body: Mapping[str, Json]) -> Wrong | None:
    if _json_schema(body) is None:
        return None
    kind = "invalid_request_error"
    return Wrong(400, "This response_format type is unavailable now", kind, kind)


def _deepseek_refuses(body: Mapping[str, Json]) -> Wrong | None:
    """As `json_object`; and thoughts must come back with the results of tools."""
    messages = body.get("messages")
    for turn in messages if isinstance(messages, list) else ():
        if isinstance(turn, dict) and turn.get("tool_calls") and "reasoning_content" not in turn:
            words = "Missing `reasoning_content` field in the assistant message"
            return Wrong(400, words, "invalid_request_error")
    return _json_object_refuses(body)


def _plain_refuses(body: Mapping[str, Json]) -> Wrong | None:
    if "response_format" not in body:
        return None
    return Wrong(400, "response_format is not supported", "invalid_request_error")


_CHECKS: Mapping[str, Callable[[Mapping[str, Json]], Wrong | None]] = {
    "openai": _openai_refuses,
    "mistral": _mistral_refuses,
    "json_object": _json_object_refuses,
    "deepseek": _deepseek_refuses,
    "azure": _openai_refuses,
    "azure-deployments": _openai_refuses,
    "plain": _plain_refuses,
}


def _json_schema(body: Mapping[str, Json]) -> Mapping[str, Json] | None:
    asked = body.get("response_format")
    if not isinstance(asked, dict) or asked.get("type") != "json_schema":
        return None
    inner = asked.get("json_schema")
    return inner if isinstance(inner, dict) else {}
