"""A sharper instruction from the cells in which the old one went wrong, asked of a language model.

Passages, values and notes are material in the user turn, never instruction (law 9). Knows neither
procedures nor whether what is proposed helps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from xml.sax.saxutils import quoteattr

from casework.base.errors import InvalidAnswerError
from casework.models.structured import ask_structured
from casework.steps.prompt import Piece, marked, object_schema, prompt_text
from casework.types.message import Message, ModelRequest
from casework.types.needs import ModelCalls
from casework.types.usage import Usage
from casework.types.values import Json

PURPOSE = "sharpen"
_MOST_LETTERS = 4_000
_QUOTE = 400
"""Letters of a passage that are shown."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that was wrong, in words: what the machine said and where, what a person said is right
    ('' where the person only said that it is wrong), and the person's note."""

    name: str
    said: str
    quotes: tuple[str, ...]
    right: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dull:
    """An instruction that went wrong: the step, its type in words, the text above the steps, the
    cells, and what people noted besides."""

    step: str
    type: str
    preamble: str
    instruction: str
    wrong: tuple[Wrong, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sharper:
    """What a model proposes, and why."""

    instruction: str
    why: str
    model: str
    usage: Usage


async def sharper(calls: ModelCalls, model: str, dull: Dull) -> Sharper:
    """Ask a model for another wording. Raises `ModelError`."""
    found = await ask_structured(calls, sharpen_request(model, dull), _read)
    instruction, why = found.value
    return Sharper(instruction, why, found.answer.model, found.usage)


def sharpen_request(model: str, dull: Dull) -> ModelRequest:
    """The question, with the cells as material between markers."""
    pieces = [_piece(number, wrong) for number, wrong in enumerate(dull.wrong, 1)]
    if dull.notes:
        pieces.append(Piece("notes", 'by="people"', "\n".join(dull.notes)))
    system = prompt_text("sharpen.md")
    if dull.preamble.strip():
        system += f"\n\nWhat the procedure says to every step:\n{dull.preamble.strip()}"
    question = f"# {dull.step}\nType: {dull.type}\n\nThe instruction as it is:\n{dull.instruction}"
    text = "\n\n".join((marked(pieces), question.strip()))
    messages = (Message("system", system), Message("user", text))
    return ModelRequest(model, messages, _schema(), schema_name=PURPOSE, purpose=PURPOSE)


def _piece(number: int, wrong: Wrong) -> Piece:
    lines = [f"found: {_flat(wrong.said)}"]
    lines += [f"in the passage: {_cut(quote)}" for quote in wrong.quotes]
    lines.append(f"right: {_flat(wrong.right)}" if wrong.right else "right: not that")
    lines += [f"note: {_flat(wrong.note)}"] if wrong.note else []
    return Piece("cell", f'id="c{number}" name={quoteattr(wrong.name)}', "\n".join(lines))


def _flat(words: str) -> str:
    """Words on one line, so that none of them can pass for another line of the cell."""
    return " ".join(words.split())


def _cut(quote: str) -> str:
    flat = _flat(quote)
    return flat if len(flat) <= _QUOTE else flat[: _QUOTE - 1] + "…"


@cache
def _schema() -> dict[str, Json]:
    return object_schema({"instruction": {"type": "string"}, "why": {"type": "string"}})


def _read(told: Json) -> tuple[str, str]:
    """The wording and the reason; raises `InvalidAnswerError` for what is neither."""
    found = told if isinstance(told, dict) else {}
    instruction, why = found.get("instruction"), found.get("why")
    if not isinstance(instruction, str) or not isinstance(why, str):
        raise InvalidAnswerError("it has no text as `instruction` and as `why`.")
    if not instruction.strip():
        raise InvalidAnswerError("its `instruction` is empty.")
    if len(instruction) > _MOST_LETTERS:
        raise InvalidAnswerError(f"its `instruction` is longer than {_MOST_LETTERS} letters.")
    plain = "".join(one if one.isprintable() or one == "\n" else " " for one in instruction)
    return plain.strip(), " ".join(why.split())
