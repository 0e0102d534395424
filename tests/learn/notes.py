"""File notes for tests of learning: a label that nobody knows (`Vrb`) beside another name."""

from __future__ import annotations

from casework.extraction.concepts import lexicon
from casework.extraction.extract import Wanted, read
from casework.extraction.meaning import meaning
from casework.learn.examples import Reviewed, reviewed
from casework.types.learned import Taught
from casework.types.values import Json, ValueType
from tests.extraction.typeset import ready

FIELD = Wanted("handler", "Handler", "Who handles it on our side", ValueType("text"))
NAMES = ("Anna Berg", "Boris Klein", "Clara Stein", "David Wolff", "Emma Lang", "Felix Rau",
         "Greta Sommer", "Henrik Falk", "Ida Brandt", "Jonas Keller", "Katrin Noll",
         "Lars Peters")  # fmt: skip
OTHERS = ("Karl Maier", "Lena Huber", "Max Vogel", "Nora Frank", "Otto Seidel", "Paula Ernst",
          "Rolf Hahn", "Sonja Adler", "Timo Kern", "Vera Busch", "Willi Horn",
          "Xaver Gruber")  # fmt: skip


def note(name: str, other: str, label: str = "Vrb") -> str:
    """A file note, handled by `name`."""
    return f"""
FILE NOTE

Zqx:\t{other}
{label}:\t{name}
Wpl:\tHamburg
"""


def cell(
    at: int, value: Json, *, group: str = "", absence: str = "", label: str = "Vrb"
) -> Reviewed:
    """The verdict on the handler of the note of this number."""
    found = read([ready(note(NAMES[at], OTHERS[at], label), name=f"{at}.pdf")], FIELD)
    intent = meaning(FIELD.name, FIELD.instruction, FIELD.type, lexicon())
    told = Taught(
        f"v{at}", f"case{at}", FIELD.id, value, absence, (f"{at}",), "verdict", "2026-01-01"
    )
    made = reviewed(told, intent, found, group=group or f"case{at}")
    assert made is not None
    return made
