"""Whether a quote says a value: the quote is read as the value's type and compared.

Knows values and quotes, not where the quote stands; `cite` puts both checks together.

- Figures, dates and quantities: `yes` when what the quote says beyond doubt is the value, `no`
  when it says only others, `cannot_tell` when nothing of the type can be read in it or when the
  value is one of two ways to read it (03/04/2026 with nothing to decide).
- Money: a quote without a currency bears a value in any, since headings and other lines state it;
  a quote with `$` bears any dollar. A value without a currency is not borne by a quote that
  states one: `cannot_tell` when the amounts agree.
- Text: `yes` when the letters and digits of the value stand in the quote as whole words, or the
  quote is most of the value; otherwise `cannot_tell`, since a text may be put in other words.
- Yes or no: `yes` when that answer stands alone, behind its question or in a ticked box, `no` when
  only the other one does.
- Choices: `yes` when the option itself is stated, not denied (`not`, `nicht`), and no other option
  is; else `cannot_tell`: what follows from a sentence is not read off it.
"""

from __future__ import annotations

import re
from itertools import groupby

from casework.documents.locate import Locator, Place
from casework.types.proof import Citation, Support
from casework.types.values import Json, ValueType
from casework.values.dates import day_first
from casework.values.equal import same
from casework.values.habits import NO_HABITS, Habits
from casework.values.money import currencies_in
from casework.values.numbers import bracket_signs, minus_after, scale_after, sign_before
from casework.values.read import readings
from casework.values.reading import Reading, outermost
from casework.values.words import denied, folded

_MOST_OF_VALUE = 0.8
"""A quote that has this share of a text's letters bears it."""
_LISTED_FIGURES = 2
"""`(2)` may number a list; longer figures in brackets are negative."""
_PARSED = frozenset({"number", "percent", "money", "quantity", "date", "period"})
_SIGNED = frozenset({"number", "money"})
_STATED = frozenset({"yes/no", "choice", "choices"})
_WORDS = re.compile(r"[^\W_]+")


def supports(quote: str, value: Json, type: ValueType, *, habits: Habits | None = None) -> Support:
    """Whether the quote says the value; a many-valued value is asked item by item."""
    if value is None or not quote.strip():
        return "cannot_tell"
    known = habits or NO_HABITS
    type = type.one() if type.many else type
    if type.name in _PARSED:
        return _parsed(quote, value, type, known)
    if type.name in _STATED:
        return _stated(quote, value, type)
    if type.name == "text" and isinstance(value, str):
        return _worded(quote, value)
    return "cannot_tell"


def _parsed(quote: str, value: Json, type: ValueType, habits: Habits) -> Support:
    found = outermost(readings(quote, type, habits=habits))
    decided = type.name == "date" and day_first(habits, type.hint) is not None
    support: Support = "no" if found else "cannot_tell"
    for _, alike in groupby(found, key=lambda reading: (reading.start, reading.end)):
        ways = list(alike)
        sure = len(ways) == 1 or ways[0].certain or decided
        for at, reading in enumerate(ways):
            told = _says(reading, value, type)
            if told == "yes" and (at or not sure):
                told = "cannot_tell"
            if told == "yes":
                return "yes"
            if told == "cannot_tell":
                support = "cannot_tell"
    return support


def _says(reading: Reading, value: Json, type: ValueType) -> Support:
    """What one reading says of the value."""
    if same(reading.value, value, type):
        return "yes"
    if type.name != "money" or not isinstance(value, dict) or not isinstance(reading.value, dict):
        return "no"
    currency = value.get("currency")
    if not same({**reading.value, "currency": currency}, value, type):
        return "no"
    stated = currencies_in(reading.text)
    if stated and currency is None:
        return "cannot_tell"
    return "yes" if not stated or currency in stated else "no"


def _stated(quote: str, value: Json, type: ValueType) -> Support:
    if type.name == "yes/no":
        answers = {reading.value for reading in readings(quote, type) if reading.certain}
        return "cannot_tell" if len(answers) != 1 else "yes" if value in answers else "no"
    one = ValueType("choice", options=type.options)
    told = readings(quote, one)
    if not told or any(denied(quote, reading.start) for reading in told):
        return "cannot_tell"
    wanted: Json = value if isinstance(value, list) else [value]
    stated: Json = [reading.value for reading in told]
    return "yes" if same(stated, wanted, ValueType("choices")) else "cannot_tell"


def _worded(quote: str, value: str) -> Support:
    wanted = folded(value)
    if not wanted:
        return "yes" if value.strip() and value.strip() in quote else "cannot_tell"
    if value == quote or _has_words(quote, wanted):
        return "yes"
    said = folded(quote)
    most = len(said) >= _MOST_OF_VALUE * len(wanted)
    return "yes" if most and _has_words(value, said) else "cannot_tell"


def _has_words(text: str, wanted: str) -> bool:
    """Whether the folded letters stand in the text from the beginning of a word to the end of
    one."""
    starts: set[int] = {0}
    ends: set[int] = set()
    reached = 0
    for match in _WORDS.finditer(text):
        starts.add(reached)
        reached += len(folded(match.group()))
        ends.add(reached)
    said = folded(text)
    at = said.find(wanted)
    while at >= 0:
        if at in starts and at + len(wanted) in ends:
            return True
        at = said.find(wanted, at + 1)
    return False


def cite(
    locator: Locator,
    document_name: str,
    quote: str,
    value: Json,
    type: ValueType,
    *,
    habits: Habits | None = None,
    page_hint: int | None = None,
) -> Citation:
    """The quote as a citation: located in the document, and compared with the value.

    Of equally good places the one on `page_hint` is taken, else the first. A quote that is not
    found has grade `none` and page 0. What is compared is the text as it stands in the document,
    with the minus or the scale word that stands right beside it even if the quote left it out.
    """
    place = _best(locator, quote, page_hint)
    sha256 = locator.document.sha256
    if place is None:
        support = supports(quote, value, type, habits=habits)
        return Citation(sha256, document_name, 0, 0, 0, quote, (), "none", support)
    said = _in_full(locator, place) if type.name in _SIGNED else place.text
    return Citation(
        sha256,
        document_name,
        place.page,
        place.start,
        place.end,
        place.text,
        place.boxes,
        place.grade,
        supports(said, value, type, habits=habits),
        place.place,
        quote if quote != place.text else "",
    )


def _best(locator: Locator, quote: str, page_hint: int | None) -> Place | None:
    """The best place, on the hinted page where it is as good there as anywhere."""
    hinted = [] if page_hint is None else locator.find(quote, limit=1, pages=[page_hint])
    if hinted and hinted[0].grade == "exact":
        return hinted[0]
    places = locator.find(quote, limit=1)
    if not places:
        return None
    as_good = hinted and (hinted[0].grade, hinted[0].score) == (places[0].grade, places[0].score)
    return hinted[0] if as_good else places[0]


def _in_full(locator: Locator, place: Place) -> str:
    """The text of a place with the minus, the brackets that mean minus, or the scale word that
    stand right beside it on the page."""
    text = locator.page(place.page).text
    start, _ = sign_before(text, place.start)
    end = place.end
    if not text[end - 1].isdigit():
        return text[start:end]
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        figures = sum(letter.isdigit() for letter in place.text)
        bare = not any(letter.isalpha() for letter in place.text)
        signs, _ = bracket_signs(text, start - 1, bare)
        if bare and figures > _LISTED_FIGURES and signs[0] < 0:
            return text[start - 1 : end + 1]
    end += minus_after(text, end)
    return text[start : scale_after(text, end, money=True)[0]]
