"""Answers by what was asked: the same question within one worksheet is paid for once.

Only answers that came in full are kept, and none that was asked for on purpose a second time (an
attempt above 0).
"""

from __future__ import annotations

from casework.base.hashing import canonical_json, sha256_text
from casework.models.budget import Budgeted
from casework.models.call import Asks, Call
from casework.types.message import (
    Image,
    Message,
    ModelAnswer,
    ModelRequest,
    Part,
    Text,
    Thought,
    ToolCall,
    ToolResult,
)
from casework.types.needs import AnswerCache
from casework.types.values import Json

_SCHEMAS_KEPT = 512


class Keys:
    """Digests of requests. A schema that many requests carry is digested once."""

    def __init__(self) -> None:
        self._schemas: dict[int, tuple[object, str]] = {}

    def of(self, request: ModelRequest, model: str) -> str:
        """The sha256 of what is asked of `model` (`provider:model`), free of how and for whom."""
        asked: list[Json] = [
            model,
            [_message(message) for message in request.messages],
            self._schema(request.schema) if request.schema is not None else "",
            request.schema_name,
            request.max_output_tokens,
            request.temperature,
            request.seed,
            request.attempt,
        ]
        if request.tools:
            tools: list[Json] = [
                [tool.name, tool.description, self._schema(tool.schema)] for tool in request.tools
            ]
            asked += [tools, request.tool_choice, request.parallel_tools]
        return sha256_text(canonical_json(asked))

    def _schema(self, schema: dict[str, Json]) -> str:
        known = self._schemas.get(id(schema))
        if known is not None and known[0] is schema:
            return known[1]
        if len(self._schemas) >= _SCHEMAS_KEPT:
            self._schemas.clear()
        digest = sha256_text(canonical_json(schema))
        self._schemas[id(schema)] = (schema, digest)
        return digest


class Remembered:
    """A wrapper: an answer that is known is not asked for again."""

    def __init__(
        self,
        inner: Asks,
        cache: AnswerCache,
        *,
        keep: bool = True,
        budgeted: Budgeted | None = None,
    ) -> None:
        self._inner = inner
        self._cache = cache
        self._keep = keep
        self._budgeted = budgeted

    async def ask(self, call: Call) -> ModelAnswer:
        """The answer from memory (the span says so), or the new one, which is then kept. The key of
        another attempt is another one, so what is found for it came with a batch job."""
        sheet = call.whose.worksheet_id
        if not sheet:
            return await self._inner.ask(call)
        known = await self._cache.find(sheet, call.key)
        if known is not None:
            call.note("casework.remembered", True)
            if self._budgeted is not None:
                await self._budgeted.count(call, known.usage)
            return known
        answer = await self._inner.ask(call)
        whole = answer.finish in ("stop", "tool_calls")
        if self._keep and whole and not call.request.attempt:
            self._cache.keep(sheet, call.key, answer, counted=True)
        return answer


def _message(message: Message) -> Json:
    if not message.parts:
        return [message.role, message.text]
    return [message.role, message.text, [_part(part) for part in message.parts]]


def _part(part: Part) -> Json:
    match part:
        case Text():
            return ["text", part.text]
        case Image():
            return ["image", part.sha256, part.media_type]
        case ToolCall():
            return ["call", part.id, part.name, part.arguments]
        case ToolResult():
            return ["result", part.call_id, part.text, part.failed]
        case Thought():
            return ["thought", part.text, part.sealed]
