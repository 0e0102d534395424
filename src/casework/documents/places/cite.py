"""A quote as a citation: where it stands in the document, and whether it says the value.

What is compared with the value is the text as it stands in the document, never what was asked for:
a quote that writes the number otherwise cannot make a wrong value right.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from casework.documents.boxes import doubtful
from casework.documents.places.locate import ANYWHERE, Hint, Locator, Place
from casework.documents.places.support import supports
from casework.types.proof import Citation
from casework.types.values import Json, ValueType
from casework.values.habits import Habits
from casework.values.numbers import bracket_signs, minus_after, scale_after, sign_before

if TYPE_CHECKING:
    from casework.documents.tables.scaling import Scaling

_LISTED_FIGURES = 2
"""`(2)` may number a list; longer figures in brackets are negative."""
_SIGNED = frozenset({"number", "money", "percent", "quantity"})
_BESIDE = 60
"""So many letters before and behind a quote are looked at for what changes its meaning."""
_ONE = Decimal(1)


def cite(
    locator: Locator,
    document_name: str,
    quote: str,
    value: Json,
    type: ValueType,
    *,
    habits: Habits | None = None,
    hint: Hint = ANYWHERE,
    scaling: Scaling | None = None,
) -> Citation:
    """The quote as a citation: located in the document, and compared with the value.

    Of equally good places the one that `hint` names is taken, else the first. A quote that is not
    found has grade `none` and page 0. What is compared is the text as it stands in the document,
    with the minus or the scale word that stands right beside it even if the quote left it out; and
    what else stands beside it may make it doubtful (`about`, `not`, the rest of a range), as do
    words that were recognised in a picture with little confidence. A figure in a table is read by
    the scale that `scaling` finds in its headings ("€ in thousands").
    """
    places = locator.find(quote, limit=1, hint=hint)
    if not places:
        support = supports(quote, value, type, habits=habits)
        sha256 = locator.document.sha256
        return Citation(sha256, document_name, 0, 0, 0, quote, (), "none", support)
    place = places[0]
    return cite_place(
        locator, document_name, quote, place, value, type, habits=habits, scaling=scaling
    )


def cite_place(
    locator: Locator,
    document_name: str,
    quote: str,
    place: Place,
    value: Json,
    type: ValueType,
    *,
    habits: Habits | None = None,
    scaling: Scaling | None = None,
) -> Citation:
    """The same for one of the places at which the locator found the quote."""
    said, around = _in_full(locator, place, signed=type.name in _SIGNED)
    support = supports(said, value, type, habits=habits, around=around)
    scale = _ONE if scaling is None else scaling.of(*(one[:3] for one in place.stretches))
    if scale is None and support == "yes":
        support = "cannot_tell"
    elif scale is not None and scale != _ONE:
        scaled = supports(said, value, type, habits=habits, scale=scale, around=around)
        # What is said without the heading is not what the document says, and may be what is wanted.
        support = "cannot_tell" if scaled == "no" and support == "yes" else scaled
    if support == "yes" and _poorly_recognised(locator, place):
        support = "cannot_tell"
    return Citation(
        locator.document.sha256,
        document_name,
        place.page,
        place.start,
        place.end,
        place.text,
        place.boxes,
        place.grade,
        support,
        place.place,
        quote if quote != place.text else "",
        place.further,
        place.alike,
    )


def _poorly_recognised(locator: Locator, place: Place) -> bool:
    """Whether a word of the place was read from a picture with little confidence."""
    return any(doubtful(locator.page(one.page), one.start, one.end) for one in place.stretches)


def _in_full(locator: Locator, place: Place, *, signed: bool) -> tuple[str, tuple[str, str]]:
    """The text of a place, `signed` with the minus, the brackets that mean minus, or the scale word
    that stand right beside it; and what stands before and behind that."""
    first, last = place.stretches[0], place.stretches[-1]
    before, behind = locator.page(first.page).text, locator.page(last.page).text
    start, end = first.start, last.end
    if signed and not place.further and _in_minus_brackets(before, place):
        start, end = start - 1, end + 1
    elif signed:
        start, _ = sign_before(before, start)
        if behind[end - 1].isdigit():
            end += minus_after(behind, end)
            end, _ = scale_after(behind, end, money=True)
    said = f"{before[start : first.start]}{place.text}{behind[last.end : end]}"
    return said, (beside(before, start, start)[0], beside(behind, end, end)[1])


def beside(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind a stretch, as far as it may change what the stretch says."""
    return text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]


def _in_minus_brackets(text: str, place: Place) -> bool:
    """Whether a figure stands in brackets that make it negative."""
    start, end = place.start, place.end
    if text[start - 1 : start] != "(" or text[end : end + 1] != ")":
        return False
    if not text[end - 1].isdigit() or any(letter.isalpha() for letter in place.text):
        return False
    signs, _ = bracket_signs(text, start - 1, content_is_plain=True)
    return sum(map(str.isdigit, place.text)) > _LISTED_FIGURES and signs[0] < 0
