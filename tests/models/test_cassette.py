from __future__ import annotations

import json
from pathlib import Path

import pytest

from casework.base.errors import (
    ContextTooLongError,
    ModelUnavailableError,
    NotRecordedError,
    SettingsError,
)
from casework.models.gateway import Outfit
from casework.models.testing import ScriptedServer
from casework.observe.collect import collecting
from casework.types.values import Json
from tests.models.conftest import DOCUMENT, KEY, OpenDoor, ask_for
from tests.models.memory import Answers
from tests.models.test_cache import HERE


async def test_what_was_recorded_is_answered_again_without_a_call(
    server: ScriptedServer, open_door: OpenDoor, tmp_path: Path
) -> None:
    file = tmp_path / "answers.jsonl"
    server.play()
    first = await open_door(outfit=Outfit(record=file)).gateway.ask(ask_for())
    server.play({"rules": [{"error": "server"}]})
    door = open_door(outfit=Outfit(replay=file))
    with collecting() as collected:
        again = await door.gateway.ask(ask_for())
    assert (again.text, again.model, again.finish) == (first.text, first.model, first.finish)
    assert again.usage.calls == 0
    assert collected.spans[0].attributes["casework.replayed"] is True
    assert server.stats().calls == 0
    assert door.departures == []


async def test_a_question_that_was_not_recorded_is_refused_with_its_words(
    server: ScriptedServer, open_door: OpenDoor, tmp_path: Path
) -> None:
    file = tmp_path / "answers.jsonl"
    server.play()
    await open_door(outfit=Outfit(record=file)).gateway.ask(ask_for())
    with pytest.raises(NotRecordedError, match=r"answers\.jsonl has no answer.*What is new"):
        await open_door(outfit=Outfit(replay=file)).gateway.ask(ask_for("What is new?"))


async def test_a_recording_holds_each_text_once_and_no_key_or_address(
    server: ScriptedServer, open_door: OpenDoor, tmp_path: Path
) -> None:
    file = tmp_path / "deep" / "answers.jsonl"
    server.play(key=KEY)
    door = open_door(outfit=Outfit(record=file))
    await door.gateway.ask(ask_for())
    await door.gateway.ask(ask_for(system="Another instruction."))
    await door.gateway.close()
    again = open_door(outfit=Outfit(record=file))
    await again.gateway.ask(ask_for(system="A third."))
    text = file.read_text("utf-8")
    assert text.count(json.dumps(DOCUMENT)) == 1
    assert KEY not in text
    assert "127.0.0.1" not in text
    lines = [json.loads(line) for line in text.splitlines()]
    calls = [line for line in lines if "call" in line]
    assert len(calls) == 3
    assert {"call", "at", "model", "messages", "answer", "usage", "took_s"} <= set(calls[0])


async def test_answers_to_the_same_question_come_in_their_order(
    server: ScriptedServer, open_door: OpenDoor, tmp_path: Path
) -> None:
    file = tmp_path / "answers.jsonl"
    rules: list[Json] = [{"by": "call", "sequence": [{"text": "one"}, {"text": "two"}]}]
    server.play({"rules": rules})
    door = open_door(outfit=Outfit(record=file))
    for _ in range(2):
        await door.gateway.ask(ask_for(schema=None))
    replay = open_door(outfit=Outfit(replay=file))
    told = [(await replay.gateway.ask(ask_for(schema=None))).text for _ in range(3)]
    assert told == ["one", "two", "two"]


async def test_a_lasting_failure_is_recorded_and_an_outage_is_not(
    server: ScriptedServer, open_door: OpenDoor, tmp_path: Path
) -> None:
    file = tmp_path / "answers.jsonl"
    door = open_door(outfit=Outfit(record=file), tries=1)
    server.play({"rules": [{"error": "context"}]})
    with pytest.raises(ContextTooLongError) as real:
        await door.gateway.ask(ask_for())
    server.play({"rules": [{"error": "server"}]})
    with pytest.raises(ModelUnavailableError):
        await door.gateway.ask(ask_for("other"))
    replay = open_door(outfit=Outfit(replay=file))
    with pytest.raises(ContextTooLongError) as told:
        await replay.gateway.ask(ask_for())
    assert (told.value.message, told.value.code) == (real.value.message, real.value.code)
    with pytest.raises(NotRecordedError):
        await replay.gateway.ask(ask_for("other"))


async def test_remembered_answers_do_not_stand_between_a_recording_and_its_replay(
    server: ScriptedServer, open_door: OpenDoor, tmp_path: Path
) -> None:
    file, answers = tmp_path / "answers.jsonl", Answers()
    server.play()
    door = open_door(outfit=Outfit(record=file, cache=answers))
    with collecting(whose=HERE):
        await door.gateway.ask(ask_for())
    replay = open_door(outfit=Outfit(replay=file, cache=answers))
    with collecting(whose=HERE):
        await replay.gateway.ask(ask_for())
        with pytest.raises(NotRecordedError):
            await replay.gateway.ask(ask_for("other"))
    assert len(answers.kept) == 1


@pytest.mark.parametrize("text", ["not json\n{}\n", '{"cassette": 99}\n', "[1]\n{}\n"])
async def test_a_file_that_is_no_recording_is_told_as_such(
    open_door: OpenDoor, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "other.jsonl"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="no recording"):
        open_door(outfit=Outfit(replay=file))


async def test_a_recording_that_was_cut_off_is_used_as_far_as_it_goes(
    server: ScriptedServer, open_door: OpenDoor, tmp_path: Path
) -> None:
    file = tmp_path / "answers.jsonl"
    server.play()
    await open_door(outfit=Outfit(record=file)).gateway.ask(ask_for())
    with file.open("a", encoding="utf-8") as sink:
        sink.write('{"call": "abc", "answ')
    assert (await open_door(outfit=Outfit(replay=file)).gateway.ask(ask_for())).text
    with pytest.raises(SettingsError, match="cannot be read"):
        open_door(outfit=Outfit(replay=tmp_path / "missing.jsonl"))
