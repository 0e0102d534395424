"""Providers that take batch jobs, in memory: what their interfaces promise, and no model."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from casework.models.transport import HttpCall, HttpReply, HttpStream
from casework.types.values import Json

Answering = Callable[[dict[str, Json]], Json]
_CHAT: dict[str, Json] = {
    "id": "chatcmpl-1",
    "model": "gpt-5-mini",
    "choices": [{"message": {"content": '{"value":"12.30"}'}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1000, "completion_tokens": 100},
}
_MESSAGE: dict[str, Json] = {
    "id": "msg_1",
    "type": "message",
    "model": "claude-sonnet-4-5",
    "content": [{"type": "text", "text": '{"value":"12.30"}'}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1000, "output_tokens": 100},
}


class _Provider:
    """Keeps jobs; what they give is said by the test."""

    def __init__(self) -> None:
        self.jobs: dict[str, list[tuple[str, dict[str, Json]]]] = {}
        self.standing = "under way"
        self.results: dict[str, Json] = {}
        """What comes instead of an answer, by a word in the body of the request."""
        self.direct = 0
        self.down = False

    async def send(self, call: HttpCall) -> HttpReply:
        if self.down:
            return _reply({"error": {"message": "down"}}, 503)
        return self.handle(call)

    def handle(self, call: HttpCall) -> HttpReply:
        raise NotImplementedError

    def stream(self, call: HttpCall) -> AbstractAsyncContextManager[HttpStream]:
        raise NotImplementedError

    async def close(self) -> None:
        return None

    def special(self, body: dict[str, Json]) -> Json:
        text = json.dumps(body)
        return next((told for word, told in self.results.items() if word in text), None)


class OpenAI(_Provider):
    """Files and batches as OpenAI has them."""

    metadata: dict[str, Json]

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.metadata = {}

    def handle(self, call: HttpCall) -> HttpReply:
        path = call.url.partition("/v1")[2]
        if path == "/chat/completions":
            self.direct += 1
            return _reply(_CHAT)
        if path == "/files":
            name = f"file-{len(self.files)}"
            body = call.body.split(b"Content-Type: application/jsonl\r\n\r\n")[1]
            self.files[name] = body.rsplit(b"\r\n--", 1)[0]
            return _reply({"id": name})
        if path == "/batches" and call.method == "POST":
            told = json.loads(call.body)
            id = f"batch_{len(self.jobs)}"
            lines = [json.loads(line) for line in self.files[told["input_file_id"]].splitlines()]
            self.jobs[id] = [(line["custom_id"], line["body"]) for line in lines]
            self.metadata[id] = told["metadata"]
            return _reply({"id": id, "status": "validating"})
        if path.startswith("/batches?"):
            rows: list[Json] = [{"id": id, "metadata": told} for id, told in self.metadata.items()]
            return _reply({"data": rows})
        if path.startswith("/batches/"):
            return self._standing(path.removeprefix("/batches/"))
        return HttpReply(200, {}, self._results(path.split("/")[2]))

    def _standing(self, id: str) -> HttpReply:
        if id not in self.jobs:
            return _reply({"error": {"message": "no such batch"}}, 404)
        over = self.standing in ("completed", "expired", "cancelled")
        told: dict[str, Json] = {"id": id, "status": self.standing}
        if over:
            told["output_file_id"] = f"out-{id}"
        if self.standing == "failed":
            told["errors"] = {"data": [{"message": "the file is not valid"}]}
        return _reply(told)

    def _results(self, file: str) -> bytes:
        lines = []
        for mark, body in self.jobs[file.removeprefix("out-")]:
            special = self.special(body)
            line: dict[str, Json] = {"custom_id": mark, "error": None}
            if special == "missing":
                continue
            if special == "expired":
                line |= {"response": None, "error": {"code": "batch_expired"}}
            elif isinstance(special, dict):
                line |= {"response": {"status_code": 400, "body": special}}
            else:
                line |= {"response": {"status_code": 200, "body": _CHAT}}
            lines.append(json.dumps(line))
        return "\n".join(lines).encode()


class Anthropic(_Provider):
    """Message batches as Anthropic has them."""

    created_at = "2026-01-02T03:04:06Z"

    def handle(self, call: HttpCall) -> HttpReply:
        path = call.url.partition("/v1")[2]
        if path == "/messages":
            self.direct += 1
            return _reply(_MESSAGE)
        if path == "/messages/batches" and call.method == "POST":
            id = f"msgbatch_{len(self.jobs)}"
            told = json.loads(call.body)["requests"]
            self.jobs[id] = [(each["custom_id"], each["params"]) for each in told]
            return _reply({"id": id, "processing_status": "in_progress"})
        if path.startswith("/messages/batches?"):
            return _reply({"data": [self._row(id) for id in self.jobs]})
        if path.endswith("/results"):
            return HttpReply(200, {}, self._results(path.split("/")[3]))
        id = path.removeprefix("/messages/batches/")
        return _reply(self._row(id)) if id in self.jobs else _reply({"error": {}}, 404)

    def _row(self, id: str) -> dict[str, Json]:
        ended = self.standing != "under way"
        count = len(self.jobs[id])
        return {
            "id": id,
            "processing_status": "ended" if ended else "in_progress",
            "created_at": self.created_at,
            "request_counts": {"succeeded" if ended else "processing": count},
        }

    def _results(self, id: str) -> bytes:
        lines = []
        for mark, body in self.jobs[id]:
            special = self.special(body)
            result: dict[str, Json] = {"type": "succeeded", "message": _MESSAGE}
            if special == "expired":
                result = {"type": "expired"}
            elif isinstance(special, dict):
                result = {"type": "errored", "error": special}
            lines.append(json.dumps({"custom_id": mark, "result": result}))
        return "\n".join(lines).encode()


def _reply(data: Json, status: int = 200) -> HttpReply:
    return HttpReply(status, {"content-type": "application/json"}, json.dumps(data).encode())
