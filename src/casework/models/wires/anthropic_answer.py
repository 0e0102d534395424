"""Answers of Anthropic's wire: whole messages, and those that come as a stream of events."""

from __future__ import annotations

import json
from collections.abc import Mapping

from casework.models.transport import HttpReply
from casework.models.wires.asked import Asked
from casework.models.wires.events import Event
from casework.models.wires.failures import failure_told
from casework.models.wires.loose import json_text_in
from casework.models.wires.replies import count, cut_off
from casework.models.wires.seals import sealed
from casework.models.wires.words import encode
from casework.types.message import Finish, ModelAnswer, Thought, ToolCall
from casework.types.usage import Usage
from casework.types.values import Json

_FINISHES: Mapping[str, Finish] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_use": "tool_calls",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "pause_turn": "length",
    "refusal": "refusal",
}

SIGNED, HIDDEN = "signed", "hidden"
"""Kinds of seals of thoughts: of one that is shown, however short, and of one that is not."""


def answer_of(
    data: dict[str, Json], asked: Asked, *, forced: str = "", loose: bool = False
) -> ModelAnswer:
    """The answer in a message. `forced` is the tool whose call is the answer itself; `loose` looks
    for JSON among words."""
    texts, calls, thoughts = [], [], []
    content = data.get("content")
    for block in content if isinstance(content, list) else ():
        if not isinstance(block, dict):
            continue
        match block.get("type"):
            case "text":
                texts.append(str(block.get("text") or ""))
            case "tool_use":
                calls.append(_call(block))
            case "thinking":
                thoughts.append(_thought(asked, SIGNED, block.get("signature"), block))
            case "redacted_thinking":
                thoughts.append(_thought(asked, HIDDEN, block.get("data"), block))
    finish = _FINISHES.get(str(data.get("stop_reason") or "end_turn"), "stop")
    text = "".join(texts)
    given = next((call for call in calls if call.name == forced), None) if forced else None
    if given is not None:
        text, calls = given.arguments, []
        finish = "stop" if finish == "tool_calls" else finish
    elif loose or forced:
        text = json_text_in(text)
    return ModelAnswer(
        text,
        asked.named(data.get("model")) or asked.target.model,
        finish,
        usage_of(data),
        asked.quoted(_refusal(data, text)) if finish == "refusal" else "",
        asked.named(data.get("id")),
        tuple(calls),
        None,
        tuple(thoughts),
    )


class MessagesHearing:
    """Puts events together into the message that a whole answer would have been."""

    def __init__(self, asked: Asked, *, forced: str, loose: bool) -> None:
        self._asked = asked
        self._forced = forced
        self._loose = loose
        self._data: dict[str, Json] = {}
        self._blocks: dict[int, dict[str, Json]] = {}
        self._pieces: dict[int, list[str]] = {}
        self._begun = False
        self._ended = False

    @property
    def begun(self) -> bool:
        return self._begun

    @property
    def whole(self) -> bool:
        return self._ended or bool(self._data.get("stop_reason"))

    @property
    def ended(self) -> bool:
        return self._ended

    def take(self, event: Event) -> str:
        try:
            data = json.loads(event.data)
        except (ValueError, RecursionError) as error:
            raise cut_off(self._asked, "a piece that is no JSON") from error
        if not isinstance(data, dict):
            return ""
        match data.get("type") or event.name:
            case "message_start":
                message = data.get("message")
                self._data = dict(message) if isinstance(message, dict) else {}
            case "content_block_start":
                block = data.get("content_block")
                begun = self._blocks[_index(data)] = dict(block) if isinstance(block, dict) else {}
                self._begun = self._begun or begun.get("type") == "tool_use"
            case "content_block_delta":
                return self._delta(data)
            case "message_delta":
                self._changed(data)
            case "message_stop":
                self._ended = True
            case "error":
                raise failure_told(data, HttpReply(200, {}, b""), self._asked)
        return ""

    def answer(self) -> ModelAnswer:
        if not self.whole:
            raise cut_off(self._asked, "before its end")
        blocks: list[Json] = []
        for index, block in sorted(self._blocks.items()):
            self._close(block, "".join(self._pieces.get(index, ())))
            blocks.append(block)
        data = {**self._data, "content": blocks}
        return answer_of(data, self._asked, forced=self._forced, loose=self._loose)

    def _delta(self, data: dict[str, Json]) -> str:
        self._begun = True
        delta = data.get("delta")
        if not isinstance(delta, dict):
            return ""
        index = _index(data)
        if delta.get("type") == "signature_delta":
            self._blocks.setdefault(index, {})["signature"] = delta.get("signature")
            return ""
        piece = delta.get("text") or delta.get("partial_json") or delta.get("thinking") or ""
        self._pieces.setdefault(index, []).append(str(piece))
        is_text = delta.get("type") == "text_delta"
        return str(piece) if is_text else ""

    @staticmethod
    def _close(block: dict[str, Json], pieces: str) -> None:
        match block.get("type"):
            case "text" | "thinking":
                name = str(block["type"])
                block[name] = str(block.get(name) or "") + pieces
            case "tool_use":
                block["arguments"] = pieces  # as the model wrote it, whole or not

    def _changed(self, data: dict[str, Json]) -> None:
        delta = data.get("delta")
        self._data.update(delta if isinstance(delta, dict) else {})
        usage, before = data.get("usage"), self._data.get("usage")
        if isinstance(usage, dict):
            told = {name: value for name, value in usage.items() if value is not None}
            self._data["usage"] = {**(before if isinstance(before, dict) else {}), **told}


def _call(block: dict[str, Json]) -> ToolCall:
    written = block.get("arguments")
    arguments = (
        written if isinstance(written, str) and written else encode(block.get("input") or {})
    )
    return ToolCall(str(block.get("id") or ""), str(block.get("name") or ""), arguments)


def _thought(asked: Asked, kind: str, seal: Json, block: dict[str, Json]) -> Thought:
    payload = f"{kind} {seal}" if seal else ""
    return Thought(str(block.get("thinking") or ""), sealed(asked.target, payload))


def _refusal(data: Mapping[str, Json], text: str) -> str:
    details = data.get("stop_details")
    told = details.get("explanation") if isinstance(details, dict) else None
    return str(told or text or "stopped by the endpoint (refusal)")


def usage_of(data: Mapping[str, Json]) -> Usage:
    """Tokens from `usage`; the input is all of it, whether it was remembered or not."""
    usage = data.get("usage")
    if not isinstance(usage, dict):
        return Usage(1, cost_usd=None)
    read = count(usage.get("cache_read_input_tokens"))
    written = count(usage.get("cache_creation_input_tokens"))
    details = usage.get("output_tokens_details")
    thought = details.get("thinking_tokens") if isinstance(details, dict) else None
    return Usage(
        1,
        count(usage.get("input_tokens")) + read + written,
        count(usage.get("output_tokens")),
        read,
        None,
        0.0,
        written,
        count(thought),
    )


def _index(data: Mapping[str, Json]) -> int:
    found = data.get("index")
    return found if isinstance(found, int) else 0
