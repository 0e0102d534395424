"""Takes marks of persons out of a request before it leaves, and puts them back into the answer.

What leaves holds placeholders such as [EMAIL_1], the same one for the same text within a request;
the places in the answer are the real ones again, so that its quotes are found in the document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal, Protocol

from casework.base.errors import BorderError
from casework.models.call import Asks, Call
from casework.models.hosts import is_loopback
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

When = Literal["no", "leaving", "always"]
_PLACEHOLDER = re.compile(r"\[[A-Z]{2,12}_\d{1,6}\]")
_MOST_LETTERS = 24
"""Letters of the longest placeholder."""


class Redactor(Protocol):
    """Finds what must not leave: (start, end, kind) without overlaps, in order; a kind is a word in
    capitals such as EMAIL."""

    def find(self, text: str) -> Iterator[tuple[int, int, str]]: ...


class PatternRedactor:
    """Finds e-mail addresses, IBANs, card numbers and telephone numbers by their form; numbers that
    have a check sum only when it is right."""

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """The places in the text, in order."""
        at = 0
        while (found := _FORMS.search(text, at)) is not None:
            kind = found.lastgroup or ""
            if not _CHECKS[kind](found.group()):
                other = _PHONE.match(text, found.start()) if kind == "CARD" else None
                if other is None or not _is_phone(other.group()):
                    at = _after_word(text, found.start())
                    continue
                found, kind = other, "PHONE"
            yield found.start(), found.end(), kind
            at = found.end()


class Veil:
    """The placeholders of one request."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._by_text: dict[tuple[str, str], str] = {}
        self._texts: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def cover(self, text: str) -> str:
        """The text with placeholders. A placeholder that stands in it already gets one of its own,
        so that what comes back is what was there."""
        pieces, at = [], 0
        for start, end, kind in self._places(text):
            pieces += [text[at:start], self._placeholder(kind, text[start:end])]
            at = end
        return text if not pieces else "".join((*pieces, text[at:]))

    def lift(self, text: str, *, json_text: bool = False) -> str:
        """The text with the real words again; as they stand in JSON where it is some."""
        if not self._texts or "[" not in text:
            return text

        def real(found: re.Match[str]) -> str:
            word = self._texts.get(found.group())
            if word is None:
                return found.group()
            return json.dumps(word, ensure_ascii=False)[1:-1] if json_text else word

        return _PLACEHOLDER.sub(real, text)

    @property
    def empty(self) -> bool:
        """Whether nothing was covered."""
        return not self._texts

    def _places(self, text: str) -> Iterator[tuple[int, int, str]]:
        found = list(self._redactor.find(text))
        if "[" in text:
            taken = [(start, end) for start, end, _ in found]
            found += [
                (match.start(), match.end(), "TEXT")
                for match in _PLACEHOLDER.finditer(text)
                if all(match.end() <= start or end <= match.start() for start, end in taken)
            ]
        return iter(sorted(found))

    def _placeholder(self, kind: str, text: str) -> str:
        known = self._by_text.get((kind, text))
        if known is None:
            number = self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._by_text[kind, text] = f"[{kind}_{number}]"
            self._texts[known] = text
        return known


class Redacted:
    """A wrapper: nobody's address leaves, and none is missing in the answer."""

    def __init__(self, inner: Asks, redactor: Redactor, when: When) -> None:
        self._inner = inner
        self._redactor = redactor
        self._always = when == "always"

    async def ask(self, call: Call) -> ModelAnswer:
        """The answer with the real words. Raises `BorderError` for a picture, which cannot be
        covered."""
        if not self.concerns(call):
            return await self._inner.ask(call)
        veil = Veil(self._redactor)
        answer = await self._inner.ask(call.asking(covered(call.request, veil)))
        if veil.empty:
            return answer
        call.note("casework.redacted", True)
        return lifted(answer, veil, json_text=call.request.schema is not None)

    def concerns(self, call: Call) -> bool:
        """Whether texts of this call are covered."""
        return self._always or not is_loopback(call.target.provider.base_url)


def covered(request: ModelRequest, veil: Veil) -> ModelRequest:
    """The request as it may leave: every text of every message and part."""
    messages = tuple(_message(message, veil) for message in request.messages)
    if veil.empty:
        return request
    on_text = request.on_text
    if on_text is not None:
        on_text = Lifting(on_text, veil)
    return replace(request, messages=messages, on_text=on_text)


def lifted(answer: ModelAnswer, veil: Veil, *, json_text: bool) -> ModelAnswer:
    """The answer with the real words."""
    return replace(
        answer,
        text=veil.lift(answer.text, json_text=json_text),
        refusal=veil.lift(answer.refusal),
        tool_calls=tuple(
            replace(each, arguments=veil.lift(each.arguments, json_text=True))
            for each in answer.tool_calls
        ),
    )


class Lifting:
    """Hears a streamed text and passes it on with the real words, a placeholder as one piece."""

    def __init__(self, on_text: Callable[[str], None], veil: Veil) -> None:
        self._on_text = on_text
        self._veil = veil
        self._held = ""

    def __call__(self, piece: str) -> None:
        text = self._held + piece
        at = text.rfind("[")
        whole = at < 0 or "]" in text[at:] or len(text) - at > _MOST_LETTERS
        text, self._held = (text, "") if whole else (text[:at], text[at:])
        if text:
            self._on_text(self._veil.lift(text))


def _message(message: Message, veil: Veil) -> Message:
    head = veil.cover(message.text[: message.shared]) if message.shared else ""
    text = head + veil.cover(message.text[message.shared :])
    parts = tuple(_part(part, veil) for part in message.parts)
    return Message(message.role, text, len(head), parts)


def _part(part: Part, veil: Veil) -> Part:
    match part:
        case Text():
            return Text(veil.cover(part.text))
        case ToolResult():
            return replace(part, text=veil.cover(part.text))
        case ToolCall():
            return replace(part, arguments=veil.cover(part.arguments))
        case Image():
            raise BorderError(
                "A picture of a page was about to leave although texts are redacted.",
                fix="Send text only, or set border.redact to no.",
                code="border.picture",
            )
        case Thought():
            return part


def _is_iban(text: str) -> bool:
    """Whether the check digits are right (ISO 13616: mod 97 is 1)."""
    letters = "".join(text.split())
    turned = letters[4:] + letters[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def _is_card(text: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812, the Luhn formula)."""
    digits = [int(letter) for letter in reversed(text) if letter.isdigit()]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_phone(text: str) -> bool:
    """Whether it has as many digits as a number with its area or country (E.164: at most 15)."""
    digits = sum(letter.isdigit() for letter in text) - 2 * text.startswith("00")
    return _LEAST_DIGITS <= digits <= _MOST_DIGITS and not _DATE.match(text)


def _after_word(text: str, at: int) -> int:
    """Where to look on after something that was not what it looked like."""
    found = _WORD_END.search(text, at)
    return found.start() if found else len(text)


_CHECKS: dict[str, Callable[[str], bool]] = {
    "EMAIL": lambda text: True,
    "IBAN": _is_iban,
    "CARD": _is_card,
    "PHONE": _is_phone,
}
_LEAST_DIGITS, _MOST_DIGITS = 8, 15
_WORD_END = re.compile(r"(?<=\w)(?!\w)")
_DATE = re.compile(r"\d{1,2}([./-])\d{1,2}\1(?:19|20)?\d{2}(?!\d)")
_PHONE_FORM = (
    r"(?<![\w+.,/-])(?:\+\d{1,3}|00\d{1,3}|\(0\d{1,5}\)|0\d{1,5})"
    r"(?:[ /.-]{0,2}\(?\d{1,6}\)?){1,6}(?!\w)"
)
_PHONE = re.compile(_PHONE_FORM)
_FORMS = re.compile(
    r"(?P<EMAIL>\b[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}\b)"
    r"|(?P<IBAN>\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b)"
    r"|(?P<CARD>\b(?:\d[ -]?){12,18}\d\b)"
    rf"|(?P<PHONE>{_PHONE_FORM})"
)
