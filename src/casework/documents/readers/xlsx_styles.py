"""The number formats of a workbook (styles.xml), and numbers shown by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.documents.sheets.number_format import BUILT_IN, is_date, shown_date, shown_number

if TYPE_CHECKING:
    from lxml.etree import _Element

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MOST_DIGITS = 15  # what a double holds


class Formats:
    """Which code each style of a cell has."""

    def __init__(self, root: _Element | None, *, from_1904: bool = False) -> None:
        self._from_1904 = from_1904
        codes = dict(BUILT_IN)
        self._codes: list[tuple[str, bool]] = []
        if root is None:
            return
        for each in root.iter(f"{_S}numFmt"):
            name = each.get("numFmtId", "")
            if name.isdecimal() and int(name) not in (14, 22):  # these follow who opens the file
                codes[int(name)] = each.get("formatCode", "")
        styles = root.find(f"{_S}cellXfs")
        for each in styles if styles is not None else ():
            name = each.get("numFmtId", "0")
            code = codes.get(int(name), "") if name.isdecimal() else ""
            self._codes.append((code, bool(code) and is_date(code)))

    def shown(self, value: str, style: str | None) -> str:
        """A number of a cell of this style as it is shown; '' when its format shows nothing."""
        at = int(style) if style and style.isdecimal() else 0
        code, dated = self._codes[at] if at < len(self._codes) else ("", False)
        if not code:
            return value if len(value) <= _MOST_DIGITS and value.isdecimal() else plain(value)
        try:
            number = float(value)
        except ValueError:
            return value
        if dated:
            found = shown_date(number, code, from_1904=self._from_1904)
        else:
            found = shown_number(number, code)
        return plain(value) if found is None else found


def plain(value: str) -> str:
    """A number without the noise of doubles: 0.30000000000000004 is 0.3."""
    try:
        number = float(value)
    except ValueError:
        return value
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.{_MOST_DIGITS}g}"
