from __future__ import annotations

import pytest

from casework.base.errors import ContextTooLongError
from casework.models.names import Provider, Target
from casework.models.testing import ScriptedServer
from casework.models.wires.dialects import dialect_named
from casework.models.wires.whole import check_whole
from casework.types.message import Message, ModelAnswer, ModelRequest, Text
from casework.types.usage import Usage
from tests.models.conftest import OpenDoor, ask_for

_PROSE = "The goods were delivered in good order and signed for. "
_TARGET = Target(Provider("ollama", "http://localhost/v1", dialect_named("ollama")), "llama3.2")


def _check(text: str, tokens: int, *parts: str) -> None:
    request = ModelRequest("m", (Message("user", text, parts=tuple(map(Text, parts))),))
    check_whole(request, ModelAnswer("x", "m", usage=Usage(1, tokens)), _TARGET)


@pytest.mark.parametrize(
    ("letters", "tokens"), [(18_000, 4096), (40_000, 4096), (40_000, 3071), (30_000, 900)]
)
def test_a_prompt_of_which_fewer_tokens_were_read_than_it_has_is_too_long(
    letters: int, tokens: int
) -> None:
    text = (_PROSE * (letters // len(_PROSE) + 1))[:letters]
    with pytest.raises(ContextTooLongError, match=f"read only {tokens:,} tokens") as caught:
        _check(text, tokens)
    assert "OLLAMA_CONTEXT_LENGTH" in caught.value.fix
    with pytest.raises(ContextTooLongError):
        _check("", tokens, text)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (_PROSE * 300, 3700),
        (_PROSE * 300, 0),
        ("a  " * 4000, 4010),
        ("x" + " " * 30_000 + "y", 60),
        ("1,204.50 7 " * 800, 4096),
        ("short", 1),
    ],
    ids=["prose", "no count", "words", "white space", "numbers in a window", "short"],
)
def test_a_prompt_that_was_read_whole_is_trusted(text: str, tokens: int) -> None:
    _check(text, tokens)


@pytest.mark.parametrize(("dialect", "cut"), [("ollama", True), ("vllm", False)])
async def test_an_answer_to_a_prompt_that_ollama_has_cut_is_not_used(
    server: ScriptedServer, open_door: OpenDoor, dialect: str, cut: bool
) -> None:
    server.play(dialect=dialect, cuts_at=4096)
    gateway = open_door(dialect).gateway
    if cut:
        with pytest.raises(ContextTooLongError, match="house:scripted-small"):
            await gateway.ask(ask_for(_PROSE * 600))
    else:
        await gateway.ask(ask_for(_PROSE * 600))
