"""The batch interfaces of providers: hand many requests over, look, fetch what came of each.

Sources: OpenAI API reference (files, batches), Anthropic API reference (message batches). Knows no
store and no worksheet; a request is a name within the job (`mark`) and a body.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from casework.base.clock import moment
from casework.base.errors import ModelUnavailableError
from casework.models.border import Border
from casework.models.names import Target
from casework.models.transport import HttpCall, HttpReply
from casework.models.wires.asked import Asked
from casework.models.wires.voices import wire_of
from casework.types.batch import BatchJob
from casework.types.values import Json

_PURPOSE = "batch job"
_LISTED = 100
_NEAR_S = 600.0
"""How far apart our clock and the provider's may be about when a job began."""

Standing = Literal["under way", "done", "failed", "expired", "cancelled", "lost"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a job stands. `files` are where its results are, in the provider's words."""

    standing: Standing
    files: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one request: a reply, or nothing (`reply` None: the job ended without it)."""

    mark: str
    reply: HttpReply | None


class Desk:
    """The way to one provider: addresses, headers, the border."""

    def __init__(self, border: Border, target: Target) -> None:
        wire = wire_of(target.provider.dialect)
        assert wire is not None, "only providers with a wire of ours have batches"
        self._border = border
        self._wire = wire
        self.target = target

    async def get(self, path: str) -> HttpReply:
        """What is at a path below the base address; the caller judges the status."""
        return await self._send(HttpCall(self._url(path), method="GET", headers=self._headers()))

    async def post(self, path: str, data: Json) -> dict[str, Json]:
        """Post JSON and read the JSON that comes back."""
        body = json.dumps(data).encode()
        call = HttpCall(self._url(path), body, headers=self._headers())
        return self.read(await self._send(call))

    async def upload(self, path: str, file: bytes, fields: dict[str, str]) -> dict[str, Json]:
        """Post a file with fields (RFC 7578)."""
        edge = "casework-batch-7f3a9c1d5e"
        head = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        head += (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="batch.jsonl"\r\n'
        )
        head += "Content-Type: application/jsonl\r\n\r\n"
        body = head.encode() + file + f"\r\n--{edge}--\r\n".encode()
        headers = self._headers() | {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self.read(await self._send(HttpCall(self._url(path), body, headers=headers)))

    def read(self, reply: HttpReply) -> dict[str, Json]:
        """The object in a reply; raises the `ModelError` that it means."""
        if reply.status != 200:
            raise self._wire.read_failure(reply, Asked(self.target, self._url("")))
        try:
            data = json.loads(reply.body)
        except ValueError:
            data = None
        if not isinstance(data, dict):
            raise ModelUnavailableError(
                f"{self.target.provider.name} gave an unreadable answer about a batch job.",
                fix="Try again later: casework models batches --collect",
            )
        return data

    async def lines(self, path: str) -> list[dict[str, Json]]:
        """The objects in a file of JSON lines."""
        reply = await self.get(path)
        if reply.status != 200:
            raise self._wire.read_failure(reply, Asked(self.target, self._url(path)))
        found = []
        for line in reply.body.splitlines():
            try:
                told = json.loads(line)
            except ValueError:
                continue  # a line that cannot be read is a request without a result
            if isinstance(told, dict):
                found.append(told)
        return found

    async def _send(self, call: HttpCall) -> HttpReply:
        return await self._border.send(call, purpose=_PURPOSE)

    def _url(self, path: str) -> str:
        return self.target.provider.base_url + path

    def _headers(self) -> dict[str, str]:
        return self._wire.headers(self.target)


class BatchApi(Protocol):
    """One provider's way of batch jobs. `discount` is what a call in a job costs of its price."""

    most_requests: int
    most_bytes: int
    discount: float

    async def submit(self, desk: Desk, job: BatchJob, lines: Sequence[tuple[str, bytes]]) -> str:
        """Hand a job over; returns its id there."""
        ...

    async def look(self, desk: Desk, job: BatchJob) -> Look: ...

    async def results(self, desk: Desk, look: Look) -> list[Result]: ...

    async def find(self, desk: Desk, job: BatchJob, known: Collection[str]) -> str:
        """The id there of a job whose handing over was cut off; '' when it never arrived.
        `known` are ids of other jobs."""
        ...


_STANDINGS: Mapping[str, Standing] = {
    "completed": "done",
    "failed": "failed",
    "expired": "expired",
    "cancelled": "cancelled",
}


class OpenAIBatches:
    """A file of JSON lines, and a job over it. Groq speaks the same."""

    most_requests = 50_000
    most_bytes = 90 << 20
    discount = 0.5

    async def submit(self, desk: Desk, job: BatchJob, lines: Sequence[tuple[str, bytes]]) -> str:
        head = '{{"custom_id":"{}","method":"POST","url":"/v1/chat/completions","body":'
        text = b"\n".join(head.format(mark).encode() + body + b"}" for mark, body in lines)
        file = await desk.upload("/files", text, {"purpose": "batch"})
        made = await desk.post(
            "/batches",
            {
                "input_file_id": str(file.get("id")),
                "endpoint": "/v1/chat/completions",
                "completion_window": "24h",
                "metadata": {"casework_job": job.id},
            },
        )
        return str(made["id"])

    async def look(self, desk: Desk, job: BatchJob) -> Look:
        reply = await desk.get(f"/batches/{job.remote_id}")
        if reply.status == 404:
            return Look("lost", problem="the provider does not know this job any more")
        told = desk.read(reply)
        names = ("output_file_id", "error_file_id")
        files = tuple(str(told[name]) for name in names if told.get(name))
        standing = _STANDINGS.get(str(told.get("status")), "under way")
        return Look(standing, files, _problem(told.get("errors")))

    async def results(self, desk: Desk, look: Look) -> list[Result]:
        found: list[Result] = []
        for file in look.files:
            lines = await desk.lines(f"/files/{file}/content")
            found += [Result(str(line.get("custom_id")), _openai_reply(line)) for line in lines]
        return found

    async def find(self, desk: Desk, job: BatchJob, known: Collection[str]) -> str:
        told = desk.read(await desk.get(f"/batches?limit={_LISTED}"))
        rows = told.get("data")
        for row in rows if isinstance(rows, list) else ():
            metadata = row.get("metadata") if isinstance(row, dict) else None
            if isinstance(metadata, dict) and metadata.get("casework_job") == job.id:
                return str(row["id"])  # type: ignore[index,call-overload]
        return ""


class AnthropicBatches:
    """One request that holds all of them."""

    most_requests = 50_000
    most_bytes = 90 << 20
    discount = 0.5

    async def submit(self, desk: Desk, job: BatchJob, lines: Sequence[tuple[str, bytes]]) -> str:
        requests: list[Json] = [
            {"custom_id": mark, "params": json.loads(body)} for mark, body in lines
        ]
        made = await desk.post("/messages/batches", {"requests": requests})
        return str(made["id"])

    async def look(self, desk: Desk, job: BatchJob) -> Look:
        reply = await desk.get(f"/messages/batches/{job.remote_id}")
        if reply.status == 404:
            return Look("lost", problem="the provider does not know this job any more")
        told = desk.read(reply)
        if told.get("processing_status") != "ended":
            return Look("under way")
        counts = told.get("request_counts")
        counts = counts if isinstance(counts, dict) else {}
        over = {name: count for name, count in counts.items() if count}
        standing: Standing = "done"
        if over and set(over) <= {"expired"}:
            standing = "expired"
        elif over and set(over) <= {"canceled"}:
            standing = "cancelled"
        return Look(standing, (job.remote_id,))

    async def results(self, desk: Desk, look: Look) -> list[Result]:
        found: list[Result] = []
        for id in look.files:
            lines = await desk.lines(f"/messages/batches/{id}/results")
            found += [Result(str(line.get("custom_id")), _anthropic_reply(line)) for line in lines]
        return found

    async def find(self, desk: Desk, job: BatchJob, known: Collection[str]) -> str:
        """Jobs bear no name of ours there: it is the one that began then, holds as many requests
        and is none that we know. Results are taken by their names alone, so a wrong guess only
        leaves requests without an answer."""
        told = desk.read(await desk.get(f"/messages/batches?limit={_LISTED}"))
        rows = told.get("data")
        for row in rows if isinstance(rows, list) else ():
            if not isinstance(row, dict) or str(row.get("id")) in known:
                continue
            counts = row.get("request_counts")
            held = sum(_whole(each) for each in counts.values()) if isinstance(counts, dict) else 0
            if held == job.requests and _near(str(row.get("created_at")), job.sent_at):
                return str(row["id"])
        return ""


_APIS: dict[str, BatchApi] = {
    "openai": OpenAIBatches(),
    "groq": OpenAIBatches(),
    "anthropic": AnthropicBatches(),
}


def batch_api_of(target: Target) -> BatchApi | None:
    """How a provider takes batch jobs; None where it takes none, or none that we speak."""
    return _APIS.get(target.provider.dialect.name)


def _openai_reply(line: dict[str, Json]) -> HttpReply | None:
    """The reply in a line; None when the job ended before this request was made."""
    response = line.get("response")
    if isinstance(response, dict) and response.get("status_code"):
        body = json.dumps(response.get("body")).encode()
        return HttpReply(_whole(response["status_code"]), {}, body)
    error = line.get("error")
    code = str(error.get("code")) if isinstance(error, dict) else ""
    if code in ("batch_expired", "batch_cancelled"):
        return None
    return HttpReply(400, {}, json.dumps({"error": error}).encode())


def _anthropic_reply(line: dict[str, Json]) -> HttpReply | None:
    result = line.get("result")
    result = result if isinstance(result, dict) else {}
    match result.get("type"):
        case "succeeded":
            return HttpReply(200, {}, json.dumps(result.get("message")).encode())
        case "errored":
            error = result.get("error")
            inner = error.get("error") if isinstance(error, dict) else None
            kind = inner.get("type") if isinstance(inner, dict) else ""
            status = 400 if kind == "invalid_request_error" else 500
            return HttpReply(status, {}, json.dumps(error).encode())
    return None


def _problem(errors: Json) -> str:
    rows = errors.get("data") if isinstance(errors, dict) else None
    words = [str(row.get("message")) for row in rows or () if isinstance(row, dict)]  # type: ignore[union-attr]
    return "; ".join(words[:3])


def _whole(value: Json) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _near(theirs: str, ours: str) -> bool:
    try:
        then = dt.datetime.fromisoformat(theirs)
    except ValueError:
        return False
    return abs((then - moment(ours)).total_seconds()) < _NEAR_S
