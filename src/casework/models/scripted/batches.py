"""Batches of the scripted server: files and batches as OpenAI has them, and Anthropic's.

A batch is answered when it is made, line by line by the rules, and shown as done after its time.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

from casework.models.scripted.http import Reply, Request
from casework.types.values import Json

Answer = Callable[[str, bytes], Reply]
"""From the path of a wire and the body of one request to its reply."""

_CHAT, _NATIVE = "/v1/chat/completions", "/v1/messages"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_BATCH = re.compile(
    r"/(messages/batches|batches|files)(?:/([\w-]+))?(?:/(content|results|cancel))?$"
)
_ENDLESS = "2099-01-01T00:00:00Z"


@dataclass(slots=True)
class _Batch:
    """One batch: what it was made of, its lines of results, and when it began."""

    id: str
    told: dict[str, Json]
    native: bool
    began: float
    results: list[tuple[str, bytes]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    cancelled: bool = False


class Batches:
    """The files and batches that the server holds."""

    def __init__(self, answer: Answer, batch_s: float) -> None:
        self._answer = answer
        self._batch_s = batch_s
        self._files: dict[str, bytes] = {}
        self._batches: dict[str, _Batch] = {}

    def handle(self, request: Request, path: str) -> Reply | None:
        """The reply to a request about files or batches; None when it is about neither."""
        found = _BATCH.search(path)
        if found is None:
            return None
        kind, id, what = found.group(1), found.group(2) or "", found.group(3) or ""
        if kind == "files":
            return self._file(request, id, what)
        native = kind.startswith("messages")
        if request.method == "POST" and not id:
            return self._make(request, native)
        if not id:
            rows = [self._shown(batch) for batch in self._batches.values()]
            return _json({"object": "list", "data": rows, "has_more": False})
        batch = self._batches.get(id)
        if batch is None or batch.native != native:
            return _missing(f"No batch found with id '{id}'.", native)
        if what == "cancel":
            batch.cancelled = batch.cancelled or not self._done(batch)
        if what == "results":
            return self._results(batch)
        return _json(self._shown(batch))

    def _file(self, request: Request, id: str, what: str) -> Reply:
        if request.method == "POST":
            parts = _form(request)
            content = parts.get("file")
            if content is None or not parts.get("purpose"):
                return _json({"error": {"message": "'file' and 'purpose' are required"}}, 400)
            return _json(self._kept(content, parts["purpose"].decode()))
        if id not in self._files:
            return _missing(f"No such File object: {id}", native=False)
        if request.method == "DELETE":
            del self._files[id]
            return _json({"id": id, "object": "file", "deleted": True})
        if what == "content":
            return Reply(body=self._files[id], media_type="application/octet-stream")
        return _json({"id": id, "object": "file", "bytes": len(self._files[id])})

    def _kept(self, content: bytes, purpose: str) -> dict[str, Json]:
        id = f"file-{len(self._files) + 1:06d}"
        self._files[id] = content
        return {"id": id, "object": "file", "bytes": len(content), "purpose": purpose}

    def _make(self, request: Request, native: bool) -> Reply:
        try:
            told = json.loads(request.body)
            lines = _native_lines(told) if native else self._chat_lines(told)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return _json({"error": {"message": f"Invalid batch: {error}"}}, 400)
        names = [name for name, _ in lines]
        if len(set(names)) != len(names) or not names:
            return _json({"error": {"message": "custom_id must be unique, one line at least"}}, 400)
        id = f"{'msgbatch' if native else 'batch'}_{len(self._batches) + 1:06d}"
        batch = self._batches[id] = _Batch(id, told, native, time.monotonic())
        for name, body in lines:
            self._run(batch, name, body)
        return _json(self._shown(batch))

    def _chat_lines(self, told: dict[str, Json]) -> list[tuple[str, bytes]]:
        if told.get("endpoint") != _CHAT or told.get("completion_window") != "24h":
            raise ValueError("endpoint and completion_window")
        content = self._files[str(told["input_file_id"])]
        rows = [json.loads(line) for line in content.splitlines() if line.strip()]
        if any(row["method"] != "POST" or row["url"] != _CHAT for row in rows):
            raise ValueError("method and url of a line")
        return [(str(row["custom_id"]), _encode(row["body"]).encode()) for row in rows]

    def _run(self, batch: _Batch, name: str, body: bytes) -> None:
        reply = self._answer(_NATIVE if batch.native else _CHAT, body)
        line, state = _native_result(name, reply) if batch.native else _chat_result(name, reply)
        batch.results.append((state, line))
        batch.counts[state] = batch.counts.get(state, 0) + 1

    def _done(self, batch: _Batch) -> bool:
        return batch.cancelled or time.monotonic() - batch.began >= self._batch_s

    def _shown(self, batch: _Batch) -> Json:
        return self._native_shown(batch) if batch.native else self._chat_shown(batch)

    def _native_shown(self, batch: _Batch) -> Json:
        done, total = self._done(batch), len(batch.results)
        counts: dict[str, Json] = dict.fromkeys(("succeeded", "errored", "expired", "canceled"), 0)
        if batch.cancelled:
            counts["canceled"] = total
        elif done:
            counts.update(batch.counts)
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if done else "in_progress",
            "request_counts": {"processing": 0 if done else total, **counts},
            "ended_at": "2026-01-01T00:00:00Z" if done else None,
            "created_at": "2026-01-01T00:00:00Z",
            "expires_at": _ENDLESS,
            "cancel_initiated_at": None,
            "results_url": f"http://scripted{_NATIVE}/batches/{batch.id}/results" if done else None,
        }

    def _chat_shown(self, batch: _Batch) -> Json:
        done, total = self._done(batch), len(batch.results)
        good = batch.counts.get("succeeded", 0)
        shown: dict[str, Json] = {
            "id": batch.id,
            "object": "batch",
            "endpoint": _CHAT,
            "input_file_id": batch.told["input_file_id"],
            "completion_window": "24h",
            "metadata": batch.told.get("metadata"),
            "status": "in_progress",
            "output_file_id": None,
            "error_file_id": None,
            "request_counts": {"total": total, "completed": 0, "failed": 0},
        }
        if batch.cancelled:
            return {**shown, "status": "cancelled"}
        if not done:
            return shown
        expired = batch.counts.get("expired", 0)
        shown["status"] = "expired" if expired else "completed"
        shown["request_counts"] = {"total": total, "completed": good, "failed": total - good}
        shown["output_file_id"] = self._output(batch, "output", good=True)
        shown["error_file_id"] = self._output(batch, "errors", good=False)
        return shown

    def _output(self, batch: _Batch, name: str, *, good: bool) -> Json:
        lines = [line for state, line in batch.results if (state == "succeeded") == good]
        if not lines:
            return None
        id = f"file-{batch.id}-{name}"
        self._files.setdefault(id, b"\n".join(lines) + b"\n")
        return id

    def _results(self, batch: _Batch) -> Reply:
        if not self._done(batch):
            return _missing("The batch has no results yet.", native=True)
        lines = (line for _, line in batch.results)
        return Reply(body=b"\n".join(lines) + b"\n", media_type="application/x-jsonl")


def _native_lines(told: dict[str, Json]) -> list[tuple[str, bytes]]:
    requests = told["requests"]
    assert isinstance(requests, list)
    return [(str(each["custom_id"]), _encode(each["params"]).encode()) for each in requests]  # type: ignore[index,call-overload]


def _native_result(name: str, reply: Reply) -> tuple[bytes, str]:
    if reply.hang or reply.drop:
        result: dict[str, Json] = {"type": "expired"}
    elif reply.status == 200:
        result = {"type": "succeeded", "message": json.loads(reply.body)}
    else:
        result = {"type": "errored", "error": _parsed(reply.body)}
    line = _encode({"custom_id": name, "result": result}).encode()
    return line, str(result["type"])


def _chat_result(name: str, reply: Reply) -> tuple[bytes, str]:
    told: dict[str, Json] = {"id": f"batch_req_{name}", "custom_id": name}
    if reply.hang or reply.drop:
        words = "This request could not be executed before the completion window expired."
        told |= {"response": None, "error": {"code": "batch_expired", "message": words}}
        return _encode(told).encode(), "expired"
    response: Json = {"status_code": reply.status, "request_id": name, "body": _parsed(reply.body)}
    told |= {"response": response, "error": None}
    return _encode(told).encode(), "succeeded" if reply.status == 200 else "errored"


def _parsed(body: bytes) -> Json:
    try:
        found: Json = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
    return found


def _form(request: Request) -> Mapping[str, bytes]:
    """The parts of a form by name (RFC 7578)."""
    head = f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode()
    form: Message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    parts = {}
    for part in form.get_payload() if form.is_multipart() else ():
        if isinstance(part, Message):
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            parts[str(name)] = content if isinstance(content, bytes) else b""
    return parts


def _missing(words: str, native: bool) -> Reply:
    kind = "not_found_error" if native else "invalid_request_error"
    inner: Json = {"type": kind, "message": words}
    return _json({"type": "error", "error": inner} if native else {"error": inner}, 404)


def _json(data: Json, status: int = 200) -> Reply:
    return Reply(status, _encode(data).encode())
