"""Answers of the chat-completions wire: whole ones, and those that come as a stream of chunks."""

from __future__ import annotations

import json
from collections.abc import Mapping

from casework.base.errors import ModelUnavailableError
from casework.base.hashing import sha256_text
from casework.models.transport import HttpReply
from casework.models.wires.asked import Asked
from casework.models.wires.events import Event
from casework.models.wires.failures import failure_told
from casework.models.wires.loose import json_text_in
from casework.models.wires.replies import count, cut_off, interrupted
from casework.models.wires.seals import sealed
from casework.models.wires.words import encode
from casework.types.message import Finish, ModelAnswer, Thought, ToolCall
from casework.types.usage import Usage
from casework.types.values import Json

_FINISHES: Mapping[str, Finish] = {
    "length": "length",
    "model_length": "length",
    "max_tokens": "length",
    "content_filter": "refusal",
    "refusal": "refusal",
    "content_filtered": "refusal",
    "safety": "refusal",
    "recitation": "refusal",
    "prohibited_content": "refusal",
    "blocklist": "refusal",
    "spii": "refusal",
    "sensitive": "refusal",
}
"""Reasons besides `stop`, in small letters: OpenAI's, Mistral's, Gemini's, Zhipu's."""
_BROKEN_OFF = frozenset(
    (
        "error", "abort", "aborted", "cancelled", "insufficient_system_resource", "network_error",
        "malformed_function_call", "function_call_filter", "unexpected_tool_call",
    )
)  # fmt: skip
"""Reasons that say that the answer is not whole: OpenRouter's, vLLM's, DeepSeek's, Gemini's."""
_MOST_COST_USD = 1e6
_ID_LENGTH = 9
"""Letters of an id that we make for a call that came without one: what Mistral wants."""
_THOUGHTS = ("reasoning_content", "reasoning")


def answer_of(
    choice: dict[str, Json], data: dict[str, Json], asked: Asked, *, loose: bool
) -> ModelAnswer:
    """The answer in a choice; `loose` looks for JSON among words."""
    message = choice.get("message")
    message = message if isinstance(message, dict) else {}
    content = message.get("content")
    text, refusal = (content, "") if isinstance(content, str) else _parts(content)
    refusal = str(message.get("refusal") or refusal)
    told = str(choice.get("finish_reason") or "stop").lower()
    reason = told.partition(":")[0]  # Gemini: "content_filter: RECITATION"
    if reason in _BROKEN_OFF:
        raise interrupted(asked, told)
    finish: Finish = "refusal" if refusal else _FINISHES.get(reason, "stop")
    if finish == "refusal" and not refusal:
        refusal = text or f"stopped by the endpoint ({told})"
    id = asked.named(data.get("id"))
    calls = _calls(message.get("tool_calls"), asked, id) if "tool_calls" in message else ()
    if calls and finish == "stop":
        finish = "tool_calls"
    return ModelAnswer(
        json_text_in(text) if loose and not calls else text,
        asked.named(data.get("model")) or asked.target.model,
        finish,
        usage_of(data),
        asked.quoted(refusal) if refusal else "",
        id,
        calls,
        None,
        _thoughts(message),
    )


class ChatHearing:
    """Puts chunks together into the message that a whole answer would have held."""

    def __init__(self, asked: Asked, *, loose: bool) -> None:
        self._asked = asked
        self._loose = loose
        self._data: dict[str, Json] = {}
        self._texts: dict[str, list[str]] = {}
        self._calls: list[dict[str, Json]] = []
        self._places: dict[int, int] = {}
        self._reason = ""
        self._done = False

    @property
    def begun(self) -> bool:
        return bool(self._texts or self._calls)

    @property
    def whole(self) -> bool:
        return bool(self._reason)

    @property
    def ended(self) -> bool:
        return self._done

    def take(self, event: Event) -> str:
        if event.data.strip() == "[DONE]":
            self._done = True
            return ""
        try:
            chunk = json.loads(event.data)
        except (ValueError, RecursionError) as error:
            raise cut_off(self._asked, "a piece that is no JSON") from error
        if not isinstance(chunk, dict):
            return ""
        if chunk.get("error") or event.name == "error":
            raise failure_told(chunk, HttpReply(200, {}, b""), self._asked)
        for name in ("id", "model", "usage", "timings"):
            if chunk.get(name):
                self._data[name] = chunk[name]
        self._usage_aside(chunk)
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        return self._choice(choice) if isinstance(choice, dict) else ""

    def answer(self) -> ModelAnswer:
        if not self.whole:
            raise cut_off(self._asked, "before its end")
        message: dict[str, Json] = {
            name: "".join(pieces) for name, pieces in self._texts.items() if pieces
        }
        if self._calls:
            message["tool_calls"] = list(self._calls)
        choice: dict[str, Json] = {"message": message, "finish_reason": self._reason}
        return answer_of(choice, self._data, self._asked, loose=self._loose)

    def _choice(self, choice: dict[str, Json]) -> str:
        if choice.get("error"):
            raise failure_told(choice, HttpReply(200, {}, b""), self._asked)
        self._reason = str(choice.get("finish_reason") or self._reason)
        delta = choice.get("delta")
        delta = choice.get("message") if delta is None else delta
        if not isinstance(delta, dict):
            return ""
        text = delta.get("content")
        if not isinstance(text, str):
            text, _ = _parts(text)
        if text:
            self._texts.setdefault("content", []).append(text)
        for name in ("refusal", *_THOUGHTS):
            piece = delta.get(name)
            if isinstance(piece, str) and piece:
                self._texts.setdefault(name, []).append(piece)
        calls = delta.get("tool_calls")
        for place, call in enumerate(calls if isinstance(calls, list) else ()):
            if isinstance(call, dict):
                self._call(call, place)
        return text

    def _call(self, piece: dict[str, Json], place: int) -> None:
        """A piece of a call of a tool; pieces of one call have the same index. Some endpoints give
        every call the index 0, or none: then another id, or a name anew, begins another call."""
        told_index = piece.get("index")
        index = told_index if isinstance(told_index, int) else place
        function = piece.get("function")
        function = function if isinstance(function, dict) else {}
        at = self._places.get(index)
        known = None if at is None else self._calls[at]
        if known is None or _is_another(piece, function, known):
            self._places[index] = len(self._calls)
            self._calls.append({**piece, "function": dict(function)})
            return
        for name in ("id", "extra_content"):
            if piece.get(name):
                known[name] = piece[name]
        told = known["function"]
        assert isinstance(told, dict)
        if not told.get("name") and function.get("name"):
            told["name"] = function["name"]
        more = function.get("arguments")
        if isinstance(more, str):
            told["arguments"] = str(told.get("arguments") or "") + more

    def _usage_aside(self, chunk: dict[str, Json]) -> None:
        """Groq counts the tokens of a stream in a place of its own."""
        aside = chunk.get("x_groq")
        if isinstance(aside, dict) and isinstance(aside.get("usage"), dict):
            self._data.setdefault("usage", aside["usage"])


def _is_another(piece: dict[str, Json], function: dict[str, Json], known: dict[str, Json]) -> bool:
    """Whether a piece begins another call than the one whose index it has."""
    before, now = known.get("id"), piece.get("id")
    if before and now:
        return before != now
    return not isinstance(piece.get("index"), int) and bool(function.get("name"))


def _calls(found: Json, asked: Asked, answer_id: str) -> tuple[ToolCall, ...]:
    calls = []
    for place, call in enumerate(found if isinstance(found, list) else ()):
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(call, dict) or not isinstance(function, dict) or not function.get("name"):
            continue
        arguments = function.get("arguments")
        text = arguments if isinstance(arguments, str) else encode(arguments or {})
        extra = call.get("extra_content")
        calls.append(
            ToolCall(
                str(call.get("id") or "") or _own_id(answer_id, place, text),
                str(function["name"]),
                text,
                sealed(asked.target, encode(extra)) if isinstance(extra, dict) else "",
            )
        )
    return tuple(calls)


def _own_id(answer_id: str, place: int, arguments: str) -> str:
    """An id for a call that has none: another one in each turn of a conversation."""
    return sha256_text(f"{answer_id} {place} {arguments}")[:_ID_LENGTH]


def _thoughts(message: Mapping[str, Json]) -> tuple[Thought, ...]:
    for name in _THOUGHTS:
        found = message.get(name)
        if isinstance(found, str) and found:
            return (Thought(found),)
    return ()


def _parts(content: Json) -> tuple[str, str]:
    """Text and refusal of content that is a list of parts, or null."""
    texts, refusals = [], []
    for part in content if isinstance(content, list) else ():
        if isinstance(part, dict):
            if isinstance(part.get("text"), str) and part.get("type") != "thinking":
                texts.append(str(part["text"]))
            if isinstance(part.get("refusal"), str):
                refusals.append(str(part["refusal"]))
        elif isinstance(part, str):
            texts.append(part)
    return "".join(texts), "".join(refusals)


def usage_of(data: Mapping[str, Json]) -> Usage:
    """Tokens from `usage` (all dialects) or `timings` (llama.cpp); zero when neither is told."""
    usage = data.get("usage")
    if isinstance(usage, dict):
        details = usage.get("prompt_tokens_details")
        details = details if isinstance(details, dict) else {}
        cached = details.get("cached_tokens")
        if cached is None:
            cached = usage.get("prompt_cache_hit_tokens") or usage.get("num_cached_tokens")
        read, written = count(usage.get("prompt_tokens")), count(usage.get("completion_tokens"))
        # xAI and Gemini leave thoughts out of the completion and count them in the total.
        written = max(written, count(usage.get("total_tokens")) - read)
        thought = usage.get("completion_tokens_details")
        reasoning = thought.get("reasoning_tokens") if isinstance(thought, dict) else None
        return Usage(
            1,
            read,
            written,
            count(cached),
            _cost(usage.get("cost")),
            0.0,
            count(details.get("cache_write_tokens")),
            count(reasoning),
        )
    timings = data.get("timings")
    if isinstance(timings, dict):
        cached_count = count(timings.get("cache_n"))
        read = count(timings.get("prompt_n")) + cached_count
        return Usage(1, read, count(timings.get("predicted_n")), cached_count, None)
    return Usage(1, cost_usd=None)


def _cost(told: Json) -> float | None:
    """What an endpoint says a call cost; None for what is no sum of money."""
    if isinstance(told, int | float) and 0 <= told < _MOST_COST_USD:
        return float(told)
    return None


def no_choice(asked: Asked) -> ModelUnavailableError:
    """The error for an answer in which nothing is said."""
    return ModelUnavailableError(
        f"{asked.who} answered without a choice.", fix="Try again; else try another model."
    )
