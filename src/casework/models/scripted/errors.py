"""The errors that a script can ask for, in the words of each imitated endpoint."""

from __future__ import annotations

from collections.abc import Mapping

from casework.models.scripted.bodies import Wrong
from casework.models.scripted.script import ErrorKind

_INVALID = "invalid_request_error"
_USUAL: Mapping[ErrorKind, Wrong] = {
    "bad_request": Wrong(400, "The request is not valid.", _INVALID),
    "unauthorised": Wrong(401, "Incorrect API key provided.", _INVALID, "invalid_api_key"),
    "no_credit": Wrong(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
        "insufficient_quota",
    ),
    "forbidden": Wrong(403, "Your key may not do this.", "permission_error"),
    "moderated": Wrong(
        400, "The text was flagged by the content policy.", _INVALID, "content_filter"
    ),
    "unknown_model": Wrong(
        404,
        "The model `{model}` does not exist or you do not have access to it.",
        _INVALID,
        "model_not_found",
    ),
    "timeout": Wrong(408, "Request timed out.", "timeout"),
    "conflict": Wrong(409, "The request conflicts with another.", "conflict"),
    "too_large": Wrong(413, "Request entity too large.", _INVALID),
    "context": Wrong(
        400,
        "This model's maximum context length is {limit} tokens. However, your messages resulted "
        "in {tokens} tokens. Please reduce the length of the messages.",
        _INVALID,
        "context_length_exceeded",
        "messages",
    ),
    "rate_limit": Wrong(429, "Rate limit reached for requests.", "requests", "rate_limit_exceeded"),
    "server": Wrong(500, "The server had an error.", "server_error"),
    "overloaded": Wrong(503, "The engine is overloaded, please try again.", "server_error"),
    "inside": Wrong(502, "Provider returned error", "provider"),
    "inside_choice": Wrong(502, "Provider disconnected", "provider"),
}
_OWN: Mapping[tuple[str, ErrorKind], Wrong] = {
    ("mistral", "unknown_model"): Wrong(400, "Invalid model: {model}", "invalid_model", "1500"),
    ("mistral", "rate_limit"): Wrong(429, "Rate limit exceeded", "rate_limited", "1300"),
    ("mistral", "context"): Wrong(
        400,
        "Prompt contains {tokens} tokens, too large for model with {limit} maximum context length",
        "invalid_request_invalid_args",
        "3051",
    ),
    ("anthropic", "bad_request"): Wrong(400, "The request is not valid.", _INVALID),
    ("anthropic", "unauthorised"): Wrong(401, "invalid x-api-key", "authentication_error"),
    ("anthropic", "no_credit"): Wrong(
        400,
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
        _INVALID,
    ),
    ("anthropic", "forbidden"): Wrong(403, "Your key may not do this.", "permission_error"),
    ("anthropic", "moderated"): Wrong(
        400, "Output blocked by content filtering policy", _INVALID, "content_filter"
    ),
    ("anthropic", "unknown_model"): Wrong(404, "model: {model} not found", "not_found_error"),
    ("anthropic", "too_large"): Wrong(413, "Request exceeds the maximum size", "request_too_large"),
    ("anthropic", "context"): Wrong(
        400, "prompt is too long: {tokens} tokens > {limit} maximum", _INVALID
    ),
    ("anthropic", "rate_limit"): Wrong(
        429, "This request would exceed your organization's rate limit.", "rate_limit_error"
    ),
    ("anthropic", "server"): Wrong(500, "Internal server error", "api_error"),
    ("anthropic", "overloaded"): Wrong(529, "Overloaded", "overloaded_error"),
    ("anthropic", "timeout"): Wrong(504, "Request timed out.", "timeout_error"),
    ("anthropic", "inside"): Wrong(529, "Overloaded", "overloaded_error"),
    ("anthropic", "inside_choice"): Wrong(500, "Internal server error", "api_error"),
    ("openrouter", "unauthorised"): Wrong(401, "No auth credentials found", "auth"),
    ("openrouter", "no_credit"): Wrong(402, "Insufficient credits. Add more.", "payment"),
    ("openrouter", "moderated"): Wrong(
        403, "Your chosen model requires moderation and your input was flagged.", "", "moderation"
    ),
    ("openrouter", "unknown_model"): Wrong(400, "{model} is not a valid model ID", ""),
    ("ollama", "unknown_model"): Wrong(
        404, 'model "{model}" not found, try pulling it first', "api_error"
    ),
    ("ollama", "context"): Wrong(400, "input length of {tokens} exceeds the context length", ""),
    ("vllm", "unknown_model"): Wrong(404, "The model `{model}` does not exist.", "NotFoundError"),
    ("vllm", "context"): Wrong(
        400,
        "You passed {tokens} input tokens and requested 10 output tokens. However, the model's "
        "context length is only {limit} tokens.",
        "BadRequestError",
    ),
    ("vllm", "unauthorised"): Wrong(401, "Unauthorized", "Unauthorized"),
    ("llamacpp", "unauthorised"): Wrong(401, "Invalid API Key", "authentication_error"),
    ("llamacpp", "overloaded"): Wrong(503, "Loading model", "unavailable_error"),
    ("llamacpp", "context"): Wrong(
        400,
        "request ({tokens} tokens) exceeds the available context size ({limit} tokens), "
        "try increasing it",
        "exceed_context_size_error",
    ),
}


def wrong_of(dialect: str, kind: ErrorKind, **told: object) -> Wrong:
    """The error of this kind as this endpoint words it; `told` fills in model, tokens, limit."""
    found = _OWN.get((dialect, kind)) or _USUAL[kind]
    words = {"model": "?", "tokens": "?", "limit": "?", **told}
    message = found.message.format(**words)
    return Wrong(found.status, message, found.kind, found.code, found.parameter)
