"""Records real requests and answers, and answers from such a recording: a file of JSON lines.

A cassette holds texts (each once, by its hash), digests of requests, answers, times and usage; no
key, no header, no address. What was asked of whom can be read from it, so keep it as you keep the
documents.
"""

from __future__ import annotations

import json
from collections import defaultdict
from io import TextIOWrapper
from pathlib import Path

from casework.base import errors
from casework.base.clock import Clock, stamp
from casework.base.errors import ModelError, NotRecordedError, SettingsError
from casework.base.hashing import canonical_json, sha256_text
from casework.models.call import Asks, Call
from casework.types.answer_json import answer_json, answer_of
from casework.types.message import Image, Message, ModelAnswer, ModelRequest, Text, ToolResult
from casework.types.values import Json

_VERSION = 1


class Recorder:
    """A wrapper: what was asked and answered is written down as well."""

    def __init__(self, inner: Asks, file: Path, clock: Clock) -> None:
        self._inner = inner
        self._file = file
        self._clock = clock
        self._sink: TextIOWrapper | None = None
        self._known: set[str] = set()

    async def ask(self, call: Call) -> ModelAnswer:
        """The answer, once it is written down. A lasting failure is written down as well."""
        try:
            answer = await self._inner.ask(call)
        except ModelError as error:
            if not error.retryable:
                kind = type(error).__name__
                told: dict[str, Json] = {"kind": kind, "code": error.code, "message": error.message}
                self._write(call, {"error": told})
            raise
        text = self._text(answer.text)
        used = answer.usage
        told_answer: dict[str, Json] = {**answer_json(answer), "text": text}
        usage: list[Json] = [used.calls, used.input_tokens, used.output_tokens, used.cost_usd]
        timing: list[Json] = [used.duration_s, answer.first_token_s]
        self._write(call, {"answer": told_answer, "usage": usage, "took_s": timing})
        return answer

    def close(self) -> None:
        """Close the file."""
        if self._sink is not None:
            self._sink.close()
            self._sink = None

    def _write(self, call: Call, outcome: dict[str, Json]) -> None:
        request = call.request
        told: dict[str, Json] = {
            "call": call.key,
            "at": stamp(self._clock.now()),
            "model": call.name,
            "purpose": request.purpose,
            "messages": [self._message(message) for message in request.messages],
        }
        if request.schema is not None:
            told["schema"] = self._text(canonical_json(request.schema))
        self._line({**told, **outcome})

    def _message(self, message: Message) -> Json:
        told: list[Json] = [message.role, self._text(message.text)]
        for part in message.parts:
            if isinstance(part, Text | ToolResult):
                told.append(self._text(part.text))
            elif isinstance(part, Image):
                told.append(f"picture {part.sha256}")
        return told

    def _text(self, text: str) -> str:
        """The hash of a text, which is written down when it is new."""
        mark = sha256_text(text)
        if self._sink is None:
            self._open()
        if mark not in self._known:
            self._known.add(mark)
            self._line({"text": mark, "is": text})
        return mark

    def _line(self, told: dict[str, Json]) -> None:
        if self._sink is None:
            self._open()
        if self._sink is not None:
            self._sink.write(json.dumps(told) + "\n")
            self._sink.flush()

    def _open(self) -> None:
        self._known = set(read_cassette(self._file)[0]) if self._file.exists() else set()
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._sink = self._file.open("a", encoding="utf-8")
        except OSError as error:
            raise SettingsError(
                f"The recording {self._file} cannot be written: {error.strerror}.",
                fix="Set model.record to a file in a folder that you may write to.",
            ) from error
        if not self._known:
            self._line({"cassette": _VERSION})


class Replayer:
    """In place of all calls: answers from a recording. A request that was answered several times
    gets the answers in their order; the last one stays."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._texts, self._calls = read_cassette(file)
        self._played: dict[str, int] = defaultdict(int)

    async def ask(self, call: Call) -> ModelAnswer:
        """The recorded answer, which used nothing. Raises `NotRecordedError` for a request
        that is not in the recording."""
        found = self._calls.get(call.key)
        if not found:
            raise _unknown(self._file, call.request)
        at = min(self._played[call.key], len(found) - 1)
        self._played[call.key] += 1
        call.note("casework.replayed", True)
        told = found[at]
        if isinstance(told.get("error"), dict):
            raise _error(told["error"])
        answer = told.get("answer")
        if not isinstance(answer, dict):
            raise _unknown(self._file, call.request)
        text = self._texts.get(str(answer.get("text")), "")
        return answer_of({**answer, "text": text})


def read_cassette(file: Path) -> tuple[dict[str, str], dict[str, list[dict[str, Json]]]]:
    """Texts by hash and calls by key. A last line that was cut off is left out."""
    texts: dict[str, str] = {}
    calls: dict[str, list[dict[str, Json]]] = defaultdict(list)
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The recording {file} cannot be read: {error}.",
            fix="Set model.replay to a file that was written with model.record.",
        ) from error
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
        except ValueError as error:
            if number == len(lines):
                break
            raise _not_a_cassette(file, number) from error
        if not isinstance(told, dict) or told.get("cassette", _VERSION) != _VERSION:
            raise _not_a_cassette(file, number)
        if "text" in told:
            texts[str(told["text"])] = str(told.get("is"))
        elif "call" in told:
            calls[str(told["call"])].append(told)
    return texts, dict(calls)


def _not_a_cassette(file: Path, line: int) -> SettingsError:
    return SettingsError(
        f"{file} is no recording of answers: line {line} cannot be used.",
        fix="Set model.replay to a file that was written with model.record.",
    )


def _unknown(file: Path, request: ModelRequest) -> NotRecordedError:
    last = request.messages[-1].text if request.messages else ""
    shown = " ".join(last.split())[:80]
    return NotRecordedError(
        f"The recording {file.name} has no answer to this request of {request.model}: {shown}",
        fix="Record it anew with model.record, or unset model.replay.",
    )


def _error(told: Json) -> ModelError:
    fields = told if isinstance(told, dict) else {}
    kind = getattr(errors, str(fields.get("kind")), ModelError)
    message = str(fields.get("message"))
    if isinstance(kind, type) and issubclass(kind, ModelError):
        error = kind(message)
        error.code = str(fields.get("code") or error.code)
        return error
    return ModelError(message)
