"""How people, models and scanners write down what they read: the ways in which a quote differs from
the text that it quotes. Each change gives None where a stretch of text offers nothing to change.
"""

from __future__ import annotations

import datetime as dt
import random
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal

from casework.values.dates import dates_in
from casework.values.habits import Habits
from casework.values.numbers import parse

Change = Callable[[str, random.Random, Habits], str | None]

_NUMBER = re.compile(r"(?<![\w.,/:'’-])[0-9]+(?:[.,'’][0-9]+)*(?![\w/:'’-]|[.,][0-9])")
_WORD = re.compile(r"[^\W\d_]{6,}")
_LIGATURES = (("ffi", "ﬃ"), ("ffl", "ﬄ"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("ff", "ﬀ"))
_CONFUSED = (
    ("rn", "m"), ("m", "rn"), ("e", "c"), ("c", "e"), ("h", "b"), ("o", "c"), ("u", "n"),
    ("n", "u"), ("i", "l"), ("t", "f"), ("cl", "d"), ("li", "h"), ("a", "o"), ("s", "5"),
    ("I", "l"), ("vv", "w"),
)  # fmt: skip
_ROUGH_SHORTEST = 16
_WORDS_LEFT = 4


def as_it_stands(text: str, *_: object) -> str | None:
    return text


def in_one_line(text: str, *_: object) -> str | None:
    """Line breaks and tabs as blanks, words that a line breaks put together."""
    told = re.sub(r"(?<=[^\W\d_])[-\u00ad]\s*\n\s*(?=[a-zäöüß])", "", text)
    told = " ".join(told.split())
    return told if told != text else None


def odd_blanks(text: str, chance: random.Random, _: Habits) -> str | None:
    words = text.split()
    gaps = [chance.choice((" ", "  ", "\n", "\u00a0", " \n ")) for _ in words[1:]]
    told = words[0] + "".join(gap + word for gap, word in zip(gaps, words[1:], strict=True))
    return told if len(words) > 1 else None


def hyphened(text: str, chance: random.Random, _: Habits) -> str | None:
    """A word broken at the end of a line, or with a soft hyphen in it."""
    words = list(_WORD.finditer(text))
    if not words:
        return None
    word = chance.choice(words)
    at = chance.randrange(word.start() + 2, word.end() - 2)
    return text[:at] + chance.choice(("-\n", "\u00ad", "\u00ad\n", "-\n  ")) + text[at:]


def other_case(text: str, chance: random.Random, _: Habits) -> str | None:
    told = chance.choice((text.upper(), text.lower(), text.title()))
    return told if told != text and told.lower() == text.lower() else None


def ligatures(text: str, *_: object) -> str | None:
    told = text
    for letters, one in _LIGATURES:
        told = told.replace(letters, one)
    return told if told != text else None


def quotes_and_dashes(text: str, chance: random.Random, _: Habits) -> str | None:
    plain = text.translate(str.maketrans("“”„‘’‚–—−", "\"\"\"'''---"))
    fine = re.sub(r'"([^"\n]*)"', "“\\1”", text.replace("'", "’"))
    fine = re.sub(r"(?<=\s)-(?=\s)", "–", fine)
    changed = [told for told in (plain, fine) if told != text]
    return chance.choice(changed) if changed else None


def unicode_forms(text: str, chance: random.Random, _: Habits) -> str | None:
    if chance.random() < 0.5:
        told = unicodedata.normalize("NFD", text)
        if told != text:
            return told
    wide = {at: at + 0xFEE0 for at in range(0x21, 0x7F) if chr(at).isalnum()}
    return text.translate(wide) if any(letter.isalnum() for letter in text) else None


def number_form(text: str, chance: random.Random, habits: Habits) -> str | None:
    """A number with other separators, where it can be read in one way only."""
    found = []
    for match in _NUMBER.finditer(text):
        values, _ = parse(match.group(), habits.decimal_comma, "decimal")
        zero_first = re.match(r"0[0-9]", match.group())
        if len(values) == 1 and not zero_first:
            forms = {form for form in _forms(values[0]) if form != match.group()}
            found += [(match, form) for form in sorted(forms)]
    if not found:
        return None
    match, form = chance.choice(found)
    return text[: match.start()] + form + text[match.end() :]


def _forms(value: Decimal) -> list[str]:
    """Writings of a number that nobody can read as another one."""
    places = max(0, -int(value.as_tuple().exponent))
    english = f"{value:,.{places}f}"
    forms = [f"{value:.{places}f}"] if places != 3 else []
    if value >= 1_000_000 or (value >= 1000 and places):
        forms += [english, english.translate(str.maketrans(",.", ".,"))]
    return forms


def date_form(text: str, chance: random.Random, habits: Habits) -> str | None:
    """A date in another form, where it can be read in one way only."""
    found = [
        one
        for one in dates_in(text, habits)
        if one.certain and len(one.days) == 1 and re.search("[0-9]{4}", text[one.start : one.end])
    ]
    if not found:
        return None
    one = chance.choice(found)
    day = one.days[0]
    forms = [form for form in _day_forms(day) if form != text[one.start : one.end]]
    return text[: one.start] + chance.choice(forms) + text[one.end :]


def _day_forms(day: dt.date) -> list[str]:
    told = [day.strftime(form) for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d. %B %Y")]
    return told + ([day.strftime("%d.%m.%Y"), day.strftime("%m/%d/%Y")] if day.day > 12 else [])


def misread(text: str, chance: random.Random, habits: Habits) -> str | None:
    """Letters taken for others, as in a scan: one in twenty; no figure is touched."""
    if len(text) < _ROUGH_SHORTEST:
        return None
    told = text
    for _ in range(max(1, len(text) // 20)):
        before, after = chance.choice(_CONFUSED)
        places = [m.start() for m in re.finditer(before, told) if _in_word(told, m)]
        if places:
            at = chance.choice(places)
            told = told[:at] + after + told[at + len(before) :]
    return told if told != text else None


def _in_word(text: str, match: re.Match[str]) -> bool:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 2]
    return before.isalpha() and len(after) == 2 and after.isalpha()


def marked(text: str, chance: random.Random, _: Habits) -> str | None:
    """Marks of Markdown, quotation marks, dots before and after."""
    words = text.split(" ")
    at = chance.randrange(len(words))
    bold = [*words[:at], f"**{words[at]}**", *words[at + 1 :]]
    if any(letter in text for letter in "*_`[]<>|\n\t"):
        return None
    return chance.choice((" ".join(bold), f"“{text}”", f"**{text}**", f"…{text}…", f"> {text}"))


def left_out(text: str, chance: random.Random, _: Habits) -> str | None:
    """The middle left out, with dots in its place."""
    words = text.split()
    if len(words) < 3 * _WORDS_LEFT:
        return None
    first = chance.randrange(_WORDS_LEFT, len(words) - 2 * _WORDS_LEFT + 1)
    last = chance.randrange(first + 1, len(words) - _WORDS_LEFT + 1)
    dots = chance.choice((" ... ", " … ", " [...] ", " […] "))
    return " ".join(words[:first]) + dots + " ".join(words[last:])


def joined_cells(text: str, chance: random.Random, _: Habits) -> str | None:
    """The cells of a row with other marks between them."""
    if "\t" not in text or "\n" in text:
        return None
    cells = [cell.strip() for cell in text.split("\t") if cell.strip()]
    if len(cells) < 2:
        return None
    told = chance.choice((" | ", " ", "  ", " |")).join(cells)
    return f"| {told} |" if "|" in told and chance.random() < 0.5 else told


CHANGES: Mapping[str, Change] = {
    "as it stands": as_it_stands,
    "in one line": in_one_line,
    "odd blanks": odd_blanks,
    "hyphens": hyphened,
    "letter case": other_case,
    "ligatures": ligatures,
    "quotes, dashes": quotes_and_dashes,
    "unicode forms": unicode_forms,
    "number form": number_form,
    "date form": date_form,
    "misread letters": misread,
    "marks": marked,
    "words left out": left_out,
    "joined cells": joined_cells,
}


def other_figure(text: str, chance: random.Random) -> str | None:
    """The quote with one figure changed, not one inside a word: it must not be found as if it stood
    there."""
    figures = re.finditer(r"(?<![^\W\d_])[0-9](?![^\W\d_])", text)
    places = [match.start() for match in figures]
    if not places:
        return None
    at = chance.choice(places)
    wrong = chance.choice([digit for digit in "0123456789" if digit != text[at]])
    return text[:at] + wrong + text[at + 1 :]
