"""Steps from a described goal or a written procedure, asked of a language model.

What people hand in is material in the user turn, never instruction (law 9). Knows neither cases nor
whether the steps that are proposed can be carried out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from casework.base.errors import InvalidAnswerError
from casework.models.structured import ask_structured
from casework.steps.prompt import Piece, marked, object_schema, prompt_text
from casework.types.message import Message, ModelRequest
from casework.types.needs import ModelCalls
from casework.types.usage import Usage
from casework.types.values import Json

PURPOSE = "suggest"
MOST_STEPS = 20
_LONGEST = {"name": 60, "type": 300, "instruction": 1_500, "because": 400}
_BY = ("document", "model", "rule", "person")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted: a goal in plain words, the text of a written procedure with its name, either
    may be ''; and labels that stand in the documents."""

    goal: str = ""
    procedure: str = ""
    procedure_name: str = ""
    labels: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class WordedStep:
    """A step as a model words it. `because` is the sentence that asks for it."""

    name: str
    type: str
    by: str
    instruction: str
    because: str


@dataclass(frozen=True, slots=True)
class Worded:
    """The steps, and what they are called together."""

    title: str
    preamble: str
    steps: tuple[WordedStep, ...]
    model: str = ""
    usage: Usage | None = None


async def worded_steps(calls: ModelCalls, model: str, wish: Wish) -> Worded:
    """Ask a model for the steps of a wish. Raises `ModelError`."""
    found = await ask_structured(calls, suggest_request(model, wish), _read)
    told = found.value
    return Worded(told.title, told.preamble, told.steps, found.answer.model, found.usage)


def suggest_request(model: str, wish: Wish) -> ModelRequest:
    """The question, with what people handed in as material between markers."""
    pieces: list[Piece] = []
    if wish.procedure.strip():
        pieces.append(Piece("procedure", 'id="p1"', wish.procedure))
    if wish.goal.strip():
        pieces.append(Piece("goal", 'id="g1"', wish.goal))
    if wish.labels:
        pieces.append(Piece("labels", 'by="documents"', "\n".join(wish.labels)))
    text = f"{marked(pieces)}\n\nWhich steps does this work have?"
    messages = (Message("system", prompt_text("suggest.md")), Message("user", text))
    return ModelRequest(model, messages, _schema(), schema_name=PURPOSE, purpose=PURPOSE)


@cache
def _schema() -> dict[str, Json]:
    text: dict[str, Json] = {"type": "string"}
    step = object_schema(
        {
            "name": text,
            "type": text,
            "by": {"type": "string", "enum": list(_BY)},
            "instruction": text,
            "because": text,
        }
    )
    steps: dict[str, Json] = {"type": "array", "items": step}
    return object_schema({"title": text, "preamble": text, "steps": steps})


def _read(told: Json) -> Worded:
    """The steps; raises `InvalidAnswerError` for what is none."""
    found = told if isinstance(told, dict) else {}
    steps = found.get("steps")
    if not isinstance(steps, list) or not steps:
        raise InvalidAnswerError("it has no `steps`.")
    if len(steps) > MOST_STEPS:
        raise InvalidAnswerError(f"it has {len(steps)} steps; {MOST_STEPS} are the most.")
    return Worded(
        _line(found.get("title"), 80),
        _line(found.get("preamble"), _LONGEST["instruction"]),
        tuple(_step(number, step) for number, step in enumerate(steps, 1)),
    )


def _step(number: int, told: Json) -> WordedStep:
    found = told if isinstance(told, dict) else {}
    words = {name: _line(found.get(name), most) for name, most in _LONGEST.items()}
    if not words["name"]:
        raise InvalidAnswerError(f"step {number} has no `name`.")
    by = str(found.get("by"))
    return WordedStep(
        words["name"],
        words["type"] or "text",
        by if by in _BY else "document",
        words["instruction"],
        words["because"],
    )


def _line(told: Json, most: int) -> str:
    """Words on one line: nothing that a procedure would read as a heading or a key."""
    text = told if isinstance(told, str) else ""
    plain = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(plain.split())[:most]
