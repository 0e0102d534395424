"""Messages as turns of Anthropic's wire: blocks of text, pictures, calls of tools, results."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from casework.models.names import Target
from casework.models.wires.anthropic_answer import HIDDEN
from casework.models.wires.seals import opened
from casework.models.wires.wire import Fitting
from casework.models.wires.words import encode
from casework.types.message import (
    Image,
    Message,
    ModelRequest,
    Text,
    Thought,
    ToolCall,
    ToolResult,
)
from casework.types.values import Json

_MOST_MARKS = 4  # Anthropic takes no more places to remember in one prompt
_NOTHING = "(nothing)"
"""Instead of a turn without content, which is refused."""

Blocks = list[Json]


class Turns:
    """Writes messages; keeps count of the places that are marked to be remembered."""

    def __init__(self, request: ModelRequest, target: Target, fitting: Fitting) -> None:
        self._request = request
        self._target = target
        self._fitting = fitting
        caching = request.prompt_cache != "off" and "cache_control" not in fitting.omit
        self._marks = _MOST_MARKS if caching else 0

    def system(self, told: str) -> str:
        """The system turn, which stands apart: all of them, then what is `told`."""
        messages = [message for message in self._request.messages if message.role == "system"]
        if not any(message.shared for message in messages):
            texts = [message.text for message in messages]
            text = "\n\n".join(filter(None, (*texts, told)))
            return f'"system":{encode(text)}' if text else ""
        blocks: Blocks = []
        for message in messages:
            blocks.extend(self._texts(message))
        if told:
            blocks.append({"type": "text", "text": told})
        return f'"system":{encode(blocks)}'

    def messages(self) -> str:
        """The conversation. A turn that is text alone stays one; with tools the last turn is
        marked, because the next request will go on from there."""
        turns = []
        spoken = [message for message in self._request.messages if message.role != "system"]
        for message in spoken:
            goes_on = bool(self._request.tools and self._marks and message is spoken[-1])
            if message.parts or goes_on or (message.shared and self._marks):
                blocks = self._blocks(message)
                if goes_on and blocks and self._marks:
                    blocks[-1] = {**_table(blocks[-1]), "cache_control": self._mark()}
                content = encode(blocks or _NOTHING)
            else:
                content = encode(message.text or _NOTHING)
            turns.append(f'{{"role":"{message.role}","content":{content}}}')
        return f'"messages":[{",".join(turns)}]'

    def _blocks(self, message: Message) -> Blocks:
        """Thoughts stand before texts, results of tools too; calls come last."""
        first: Blocks = []
        rest: Blocks = []
        for part in message.parts:
            match part:
                case ToolResult():
                    first.append(self._result(part))
                case Thought():
                    first.extend(self._thought(part))
                case ToolCall():
                    rest.append(self._call(part))
                case Image():
                    rest.append(_picture(part, self._fitting.pictures))
                case Text() if part.text.strip():
                    rest.append({"type": "text", "text": part.text})
        return [*first, *self._texts(message), *rest]

    def _texts(self, message: Message) -> Blocks:
        """A text, split behind what is shared, which is marked."""
        shared, own = message.text[: message.shared], message.text[message.shared :]
        blocks: Blocks = []
        if shared.strip():
            block: dict[str, Json] = {"type": "text", "text": shared}
            if self._marks:
                self._marks -= 1
                block["cache_control"] = self._mark()
            blocks.append(block)
        if own.strip():
            blocks.append({"type": "text", "text": own})
        return blocks

    def _mark(self) -> dict[str, Json]:
        if self._request.prompt_cache == "long":
            return {"type": "ephemeral", "ttl": "1h"}
        return {"type": "ephemeral"}

    def _thought(self, thought: Thought) -> Blocks:
        """A thought as it came; without a seal of this provider it stays away."""
        kind, _, seal = opened(self._target, thought.sealed).partition(" ")
        if not seal:
            return []
        if kind == HIDDEN:
            return [{"type": "redacted_thinking", "data": seal}]
        return [{"type": "thinking", "thinking": thought.text, "signature": seal}]

    def _result(self, result: ToolResult) -> Json:
        block: dict[str, Json] = {
            "type": "tool_result",
            "tool_use_id": result.call_id,
            "content": result.text or _NOTHING,
        }
        if result.failed:
            block["is_error"] = True
        return block

    def _call(self, call: ToolCall) -> Json:
        try:
            given = json.loads(call.arguments or "{}")
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            given = {"text": call.arguments}  # as the model wrote it, though it is none
        return {"type": "tool_use", "id": call.id, "name": call.name, "input": given}


def _table(block: Json) -> dict[str, Json]:
    return block if isinstance(block, dict) else {}


def _picture(image: Image, pictures: Mapping[str, bytes]) -> Json:
    data = base64.b64encode(pictures[image.sha256]).decode()
    source: dict[str, Json] = {"type": "base64", "media_type": image.media_type, "data": data}
    return {"type": "image", "source": source}
