"""Files and batches of the scripted server, spoken to as their documentation says."""

from __future__ import annotations

import json
from http.client import HTTPConnection

from casework.models.testing import ScriptedServer
from casework.types.values import Json

_VERSION = {"anthropic-version": "2023-06-01"}


def _call(
    server: ScriptedServer,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, f"/v1{path}", body, headers or {})
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def _json(server: ScriptedServer, method: str, path: str, body: Json = None) -> dict[str, Json]:
    data = None if body is None else json.dumps(body).encode()
    _, text = _call(server, method, path, data, _VERSION)
    found: dict[str, Json] = json.loads(text)
    return found


def _upload(server: ScriptedServer, lines: list[Json]) -> str:
    content = "\n".join(json.dumps(line) for line in lines)
    form = (
        '--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
        '--b\r\nContent-Disposition: form-data; name="file"; filename="in.jsonl"\r\n'
        f"Content-Type: application/jsonl\r\n\r\n{content}\r\n--b--\r\n"
    ).encode()
    told = {"Content-Type": "multipart/form-data; boundary=b"}
    status, text = _call(server, "POST", "/files", form, told)
    assert status == 200
    return str(json.loads(text)["id"])


def _chat(text: str) -> dict[str, Json]:
    return {"model": "m", "messages": [{"role": "user", "content": text}]}


def _line(name: str, text: str) -> Json:
    return {
        "custom_id": name,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": _chat(text),
    }


def _make(server: ScriptedServer, file: str) -> dict[str, Json]:
    return _json(
        server,
        "POST",
        "/batches",
        {
            "input_file_id": file,
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "metadata": {"for": "tests"},
        },
    )


_RULES: Json = [
    {"match": "^wrong", "error": "bad_request"},
    {"match": "^late", "hang": True},
    {"text": "fine"},
]


def test_a_batch_of_files_gives_results_errors_and_what_expired(server: ScriptedServer) -> None:
    server.play({"rules": _RULES})
    lines = [_line("a", "right"), _line("b", "wrong one"), _line("c", "late one")]
    batch = _make(server, _upload(server, lines))
    assert (batch["status"], batch["metadata"]) == ("expired", {"for": "tests"})
    assert batch["request_counts"] == {"total": 3, "completed": 1, "failed": 2}
    _, good = _call(server, "GET", f"/files/{batch['output_file_id']}/content")
    _, bad = _call(server, "GET", f"/files/{batch['error_file_id']}/content")
    (answer,) = [json.loads(line) for line in good.splitlines()]
    assert answer["custom_id"] == "a"
    assert answer["response"]["body"]["choices"][0]["message"]["content"] == "fine"
    told = {line["custom_id"]: line for line in map(json.loads, bad.splitlines())}
    assert told["b"]["response"]["status_code"] == 400
    assert told["c"]["error"]["code"] == "batch_expired"
    assert server.stats().batched == 3


def test_a_batch_takes_its_time_and_can_be_cancelled(server: ScriptedServer) -> None:
    server.play(batch_s=60)
    batch = _make(server, _upload(server, [_line("a", "x")]))
    assert batch["status"] == "in_progress"
    assert _json(server, "GET", f"/batches/{batch['id']}")["output_file_id"] is None
    assert _json(server, "POST", f"/batches/{batch['id']}/cancel")["status"] == "cancelled"
    listed = _json(server, "GET", "/batches")["data"]
    assert isinstance(listed, list)
    assert len(listed) == 1


def test_messages_in_a_batch_succeed_err_or_expire(server: ScriptedServer) -> None:
    server.play({"rules": _RULES}, dialect="anthropic")
    requests: list[Json] = [
        {"custom_id": name, "params": {**_chat(text), "max_tokens": 9}}
        for name, text in (("a", "right"), ("b", "wrong one"), ("c", "late one"))
    ]
    batch = _json(server, "POST", "/messages/batches", {"requests": requests})
    assert batch["processing_status"] == "ended"
    _, text = _call(server, "GET", f"/messages/batches/{batch['id']}/results", None, _VERSION)
    told = {line["custom_id"]: line["result"] for line in map(json.loads, text.splitlines())}
    assert {name: each["type"] for name, each in told.items()} == {
        "a": "succeeded",
        "b": "errored",
        "c": "expired",
    }
    assert told["a"]["message"]["content"][0]["text"] == "fine"
    assert told["b"]["error"]["error"]["type"] == "invalid_request_error"


def test_a_running_batch_of_messages_has_no_results_yet(server: ScriptedServer) -> None:
    server.play(dialect="anthropic", batch_s=60)
    params = {**_chat("x"), "max_tokens": 9}
    told: Json = {"requests": [{"custom_id": "a", "params": params}]}
    batch = _json(server, "POST", "/messages/batches", told)
    assert batch["processing_status"] == "in_progress"
    assert batch["request_counts"] == {
        "processing": 1,
        "succeeded": 0,
        "errored": 0,
        "expired": 0,
        "canceled": 0,
    }
    status, _ = _call(server, "GET", f"/messages/batches/{batch['id']}/results", None, _VERSION)
    assert status == 404


def test_what_is_no_batch_is_refused(server: ScriptedServer) -> None:
    server.play(key="k")
    good = {"Authorization": "Bearer k"}
    twice: Json = {"requests": [{"custom_id": "a", "params": {}}] * 2}
    for path, body in (("/batches", b"{}"), ("/messages/batches", json.dumps(twice).encode())):
        assert _call(server, "POST", path, body, good)[0] == 400
        assert _call(server, "POST", path, body)[0] == 401
    assert _call(server, "GET", "/batches/none", None, good)[0] == 404
    assert _call(server, "GET", "/files/none/content", None, good)[0] == 404
