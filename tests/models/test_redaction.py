from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.base.errors import BorderError
from casework.models.gateway import Outfit
from casework.models.redaction import Lifting, PatternRedactor, Veil, covered
from casework.models.testing import ScriptedServer
from casework.types.message import Image, Message, ModelRequest, Text, ToolCall, ToolResult
from casework.types.values import Json
from tests.models.conftest import OpenDoor, ask_for

_LETTER = "Write to ada.l@example.com or call +44 20 7946 0958; IBAN DE89 3704 0044 0532 0130 00."


def _found(text: str) -> list[tuple[str, str]]:
    return [(text[start:end], kind) for start, end, kind in PatternRedactor().find(text)]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (_LETTER, ["EMAIL", "PHONE", "IBAN"]),
        ("Card 4111 1111 1111 1111, or 5500-0000-0000-0004", ["CARD", "CARD"]),
        ("Tel.: 030/901820, Fax (030) 90182-255", ["PHONE", "PHONE"]),
        ("0049 30 1234 5678 90", ["PHONE"]),
        ("GB82WEST12345698765432", ["IBAN"]),
        ("Total 1.234.567,89 EUR due 01.02.2026 (2026-02-01), invoice 2026-00123", []),
        ("Numbers 4111 1111 1111 1112 with a wrong check digit", []),
        ("At 12:30 on 3/4/2026, 0.15 and 0,5 of 100", []),
    ],
)
def test_marks_of_persons_are_found_by_their_form_and_check_digits(
    text: str, kinds: list[str]
) -> None:
    assert [kind for _, kind in _found(text)] == kinds


def test_the_same_text_has_the_same_placeholder_in_a_request() -> None:
    veil = Veil(PatternRedactor())
    once = veil.cover("a@x.com, b@x.com and a@x.com")
    assert once == "[EMAIL_1], [EMAIL_2] and [EMAIL_1]"
    assert veil.cover("again b@x.com") == "again [EMAIL_2]"
    assert veil.lift(once) == "a@x.com, b@x.com and a@x.com"


def test_a_placeholder_that_stands_in_a_document_comes_back_as_it_was() -> None:
    veil = Veil(PatternRedactor())
    text = "see [EMAIL_1] and a@x.com"
    assert veil.lift(veil.cover(text)) == text


@given(st.text(alphabet=st.sampled_from('a0 1@.x-[]_EMAIL+(\n"\\'), max_size=80))
def test_what_is_covered_and_lifted_is_what_it_was(text: str) -> None:
    veil = Veil(PatternRedactor())
    assert veil.lift(veil.cover(text)) == text


class _Quotes:
    """A redactor that covers words in quotation marks."""

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        at = text.find('"Ada"')
        if at >= 0:
            yield at, at + 5, "NAME"


def test_in_json_the_real_words_stand_as_json_needs_them() -> None:
    veil = Veil(_Quotes())
    assert veil.cover('I am "Ada".') == "I am [NAME_1]."
    assert veil.lift('{"value":"[NAME_1]"}', json_text=True) == '{"value":"\\"Ada\\""}'


async def test_nothing_of_a_person_leaves_and_the_answer_quotes_the_document(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    answer: Json = {"value": "[EMAIL_1]", "quote": "Write to [EMAIL_1] or call [PHONE_1]"}
    server.play({"rules": [{"answer": answer}]})
    door = open_door(outfit=Outfit(redact="always"))
    told = await door.gateway.ask(ask_for(_LETTER))
    assert '"quote": "Write to ada.l@example.com or call +44 20 7946 0958"' in told.text
    left = str(server.requests()[-1]["body"])
    assert not any(mark in left for mark in ("ada.l", "7946", "DE89"))
    assert "[IBAN_1]" in left


async def test_a_model_on_this_machine_reads_the_real_text_unless_it_always_is_covered(
    server: ScriptedServer, open_door: OpenDoor
) -> None:
    server.play()
    await open_door(outfit=Outfit(redact="leaving")).gateway.ask(ask_for(_LETTER))
    assert "ada.l@example.com" in str(server.requests()[-1]["body"])


def test_every_part_of_a_message_is_covered_and_its_shared_head_stays_a_head() -> None:
    mail = "a@x.com"
    message = Message(
        "user",
        f"{mail} shared. {mail} own",
        len(f"{mail} shared."),
        (Text(mail), ToolResult("1", mail), ToolCall("1", "find", f'{{"who":"{mail}"}}')),
    )
    told = covered(ModelRequest("m", (message,)), Veil(PatternRedactor()))
    assert mail not in str(told)
    (turn,) = told.messages
    assert turn.text[: turn.shared] == "[EMAIL_1] shared."


def test_a_picture_cannot_be_covered_and_does_not_leave() -> None:
    picture = Image("ab", "image/png", load=bytes)
    request = ModelRequest("m", (Message("user", "look", parts=(picture,)),))
    with pytest.raises(BorderError, match="picture"):
        covered(request, Veil(PatternRedactor()))


def test_a_streamed_text_is_heard_with_the_real_words_however_it_is_cut() -> None:
    veil = Veil(PatternRedactor())
    whole = veil.cover("Ask a@x.com [now] and b@x.com.")
    for size in (1, 2, 3, 7, 50):
        heard = list[str]()
        hear = Lifting(heard.append, veil)
        for at in range(0, len(whole), size):
            hear(whole[at : at + size])
        assert "".join(heard) == "Ask a@x.com [now] and b@x.com."
