"""Of what a language model reads only how sure one may be is learned; no model is fitted."""

from __future__ import annotations

from pathlib import Path

from casework.judges.confidence import Calibration, confidence
from casework.sdk.testing import ScriptedServer
from casework.sdk.workspace import Workspace
from casework.types.confidence import ABSENT, PROVED
from casework.types.values import Json
from tests.sdk.conftest import use_model
from tests.sdk.notes import PROCEDURE, STEP

_CASES = 22
_FOUND = 15
_HELD_BACK = ("20", "21")


def _rule(at: int) -> Json:
    """The model finds the first ones, and says of the others that they do not state it."""
    if at < _FOUND or f"{at:02}" == _HELD_BACK[0]:
        quote = f"Vrb: Person {at:02}"
        answer: Json = {
            "status": "found", "value": f"Person {at:02}", "note": "",
            "quotes": [{"document": "d1", "quote": quote}],
        }  # fmt: skip
    else:
        answer = {"status": "not_found", "value": None, "quotes": [], "note": "no handler"}
    return {"match": f"Person {at:02}", "answer": answer}


async def test_verdicts_on_a_models_answers_tell_how_sure_one_may_be_of_others(
    server: ScriptedServer, own_configuration: Path, tmp_path: Path
) -> None:
    server.play(rules=[_rule(at) for at in range(_CASES)], dialect="openai")
    use_model(own_configuration, server)
    inbox = tmp_path / "notes"
    inbox.mkdir()
    for at in range(_CASES):
        (inbox / f"{at:02}.txt").write_text(f"FILE NOTE\n\nVrb: Person {at:02}\n", "utf-8")
    (tmp_path / "notes.md").write_text(PROCEDURE, "utf-8")
    flags = {"learn.auto": False, "learn.offer": False}
    async with await Workspace.create(tmp_path / "workspace", flags=flags) as workspace:
        sheet = await workspace.new_worksheet("notes", tmp_path / "notes.md")
        await sheet.add(inbox)
        await sheet.run()
        for at in range(_CASES):
            case = f"{at:02}"
            if at < _FOUND:
                await sheet.accept(case, STEP)
            elif case not in _HELD_BACK:
                await sheet.correct(case, STEP, f"Person {case}")
            if at == _FOUND:
                assert await sheet.learning.catch_up() == []  # sixteen say too little
        (version,) = await sheet.learning.catch_up()
        assert not version.has_model
        assert version.state == "offered"
        assert "Of 20 answers that people verified 15 were right" in version.gate.reason
        stored = await sheet._house.store.learned.load(version.id)
        assert stored.arrays == b""
        told = stored.facts["calibration"]
        assert isinstance(told, dict)
        calibration = Calibration.from_json(told)
        sure = confidence({PROVED: 1.0, ABSENT: 0.0}, calibration)
        unsure = confidence({ABSENT: 1.0}, calibration)
        assert sure > 0.7 > 0.5 > unsure
        assert version.thresholds == tuple(sorted({sure, unsure}, reverse=True))
