"""Pictures of a promise as SVG: how reliable confidence is, and what passes at which error.

Plain shapes and text, in the colour of the text around them, so that they are read on light and on
dark ground; each says in words what it shows, for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

from casework.sdk.promised.views import CoveragePoint, PromiseView, ReliabilityBin
from casework.sdk.promised.words import percent, percent_at_most

WIDTH, HEIGHT = 560, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 28, 56, 56
_STYLE = """<style>
svg{color-scheme:light dark;color:#1c1c1e;background:#fff;font:13px system-ui,sans-serif}
.axis{stroke:currentColor;stroke-width:1}
.grid{stroke:currentColor;stroke-opacity:.14;stroke-width:1}
.ideal{stroke:currentColor;stroke-opacity:.5;stroke-width:1;stroke-dasharray:5 4}
.seen{stroke:#0b62c4;fill:none;stroke-width:2}
.dot{fill:#0b62c4}
.bound{stroke:#b3261e;fill:none;stroke-width:2;stroke-dasharray:7 3}
.limit{stroke:currentColor;stroke-width:1.5;stroke-dasharray:2 3}
text{fill:currentColor}
.name{font-weight:600;font-size:15px}
@media (prefers-color-scheme:dark){svg{color:#f2f2f4;background:#1c1c1e}
.seen{stroke:#7db8ff}.dot{fill:#7db8ff}.bound{stroke:#ff9c92}}
</style>"""
_LEGEND = 92
"""What a line and its name take at the top."""
_ROOM, _MOST = 1.2, 4.0
"""How much higher than what is drawn a picture is, and how many promises at most a bound makes it.
"""
_LONGEST = 56
"""Letters of a heading that surely fit."""
_TICKS = 5
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
"""Distances of marks on an axis; the first that makes no more than `_TICKS` of them."""

Place = Callable[[float], float]
"""Where a figure stands on an axis, in units of the picture."""


def pictures(view: PromiseView) -> dict[str, str]:
    """The pictures of a promise by the names of their files."""
    named = view.step or "worksheet"
    return {
        f"{named}-reliability.svg": reliability(view),
        f"{named}-risk-coverage.svg": risk_coverage(view),
    }


def write_pictures(views: Iterable[PromiseView], folder: Path) -> list[Path]:
    """Write the pictures of these promises into a folder, which is made; their files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for view in views:
        for name, content in pictures(view).items():
            (folder / name).write_text(content, "utf-8")
            written.append(folder / name)
    return written


def reliability(view: PromiseView) -> str:
    """Checked cells in bins: how sure the machine was, and how many of them were right."""
    low = _floor_of(view.bins)
    across, up = _axis(low, 1.0, upright=False), _axis(low, 1.0, upright=True)
    shapes = _frame(across, up, (low, 1.0), (low, 1.0), ("how sure the machine was", "were right"))
    shapes.append(_line(across(low), up(low), across(1.0), up(1.0), "ideal"))
    for one in view.bins:
        at = across(one.mean)
        told = (
            f"{one.cells} cells, {percent(one.mean)} sure on average: {percent(one.right)} right "
            f"({percent(one.right_low)} to {percent(one.right_high)})"
        )
        shapes.append(
            f"<g><title>{escape(told)}</title>"
            f"{_line(at, up(max(low, one.right_low)), at, up(one.right_high), 'seen')}"
            f'<circle class="dot" cx="{at:.1f}" cy="{up(one.right):.1f}" r="5"/></g>'
        )
    if not view.bins:
        shapes.append(_empty("too few checked cells yet: a point takes ten"))
    each = [
        f"{percent(one.low)} to {percent(one.high)} sure: {percent(one.right)} of {one.cells} right"
        for one in view.bins
    ]
    rest = "; ".join(each) or "There are not enough checked cells yet"
    return _svg(
        f"{view.name}: is it as often right as it is sure?",
        f"Cells that people read without seeing the machine's value. {rest}. A point on the dashed "
        "line is as often right as the machine was sure; the bars hold nine of ten true shares.",
        shapes,
    )


def risk_coverage(view: PromiseView) -> str:
    """The share that would pass from each threshold on, with the error seen and its bound."""
    top = _top_of(view.points, view.epsilon)
    across, up = _axis(0.0, 1.0, upright=False), _axis(0.0, top, upright=True)
    names = ("would pass without a person", "were wrong")
    shapes = _frame(across, up, (0.0, 1.0), (0.0, top), names)
    limit = up(view.epsilon)
    shapes.append(_line(across(0.0), limit, across(1.0), limit, "limit"))
    shapes.append(_text(across(0.0) + 6, limit - 5, f"promised: {percent(view.epsilon)}", "start"))
    shapes += _legend((("seen", "seen"), ("bound", "at most")))
    known = sorted((one for one in view.points if one.documents), key=lambda one: one.passing)
    seen = [(across(one.passing), up(min(one.error or 0.0, top))) for one in known]
    bound = [(across(one.passing), up(one.at_most)) for one in known if one.at_most <= top]
    if known and not bound:  # a line along the upper edge would say less than is so
        words = f"at most: more than {percent(top)}"
        shapes.append(_text(WIDTH - _RIGHT - 6, _TOP + 16, words, "end"))
    shapes += [_path(bound, "bound")] if bound else []
    shapes += [_path(seen, "seen")] if known else []
    for one, (x, y) in zip(known, seen, strict=True):
        inside = "currentColor" if one.certified else "none"
        shapes.append(
            f"<g><title>{escape(_point(one))}</title>"
            f'<circle class="seen" style="fill:{inside}" cx="{x:.1f}" cy="{y:.1f}" r="5"/></g>'
        )
    if not known:
        shapes.append(_empty("nothing was checked yet"))
    rest = "; ".join(_point(one) for one in known) or "Nothing was checked yet"
    return _svg(
        f"{view.name}: what passes, and how much of it is wrong",
        f"{rest}. The solid line is the share of errors in the checked documents, the dashed one "
        f"what it is at most with {percent(1 - view.delta)} confidence at that threshold alone; "
        "filled points are certified.",
        shapes,
    )


def _point(one: CoveragePoint) -> str:
    error = "none checked" if one.error is None else f"{percent(one.error)} wrong"
    kept = ", certified" if one.certified else ""
    return (
        f"from {one.threshold:.3f} on {percent(one.passing)} pass: {one.wrong} of {one.cells} "
        f"checked were wrong ({error}, at most {percent_at_most(one.at_most)}){kept}"
    )


def _svg(name: str, words: str, shapes: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-labelledby="name words"><title id="name">{escape(name)}</title>'
        f'<desc id="words">{escape(words)}</desc>{_STYLE}'
        f'<text class="name" x="16" y="24">{escape(_cut(name))}</text>{"".join(shapes)}</svg>\n'
    )


def _cut(name: str) -> str:
    """A heading that fits: of a long name of a step its beginning; the title has all of it."""
    step, colon, rest = name.rpartition(": ")
    most = _LONGEST - len(rest)
    return f"{step[: most - 1]}…{colon}{rest}" if len(step) > most else name


def _frame(
    across: Place,
    up: Place,
    wide: tuple[float, float],
    high: tuple[float, float],
    names: tuple[str, str],
) -> list[str]:
    """The axes with their marks and names: the one from left to right, and the one upwards."""
    left, right, bottom, top = across(wide[0]), across(wide[1]), up(high[0]), up(high[1])
    shapes = []
    for mark in marks(*wide):
        shapes.append(_line(across(mark), bottom, across(mark), top, "grid"))
        shapes.append(_text(across(mark), bottom + 18, percent(mark), "middle"))
    for mark in marks(*high):
        shapes.append(_line(left, up(mark), right, up(mark), "grid"))
        shapes.append(_text(left - 8, up(mark) + 4, percent(mark), "end"))
    shapes.append(_line(left, bottom, right, bottom, "axis"))
    shapes.append(_line(left, bottom, left, top, "axis"))
    shapes.append(_text((left + right) / 2, bottom + 40, names[0], "middle"))
    shapes.append(_text(left - 8, top - 8, names[1], "start"))
    return shapes


def marks(low: float, high: float) -> list[float]:
    """Round figures of an axis, both ends among them as far as they are round."""
    step = next((one for one in _STEPS if (high - low) / one <= _TICKS), _STEPS[-1])
    first, last = round(low / step), round(high / step)
    return [place * step for place in range(first, last + 1) if low <= place * step <= high + 1e-9]


def _axis(low: float, high: float, *, upright: bool) -> Place:
    if upright:
        return lambda value: (
            HEIGHT - _BOTTOM - (value - low) / (high - low) * (HEIGHT - _TOP - _BOTTOM)
        )
    return lambda value: _LEFT + (value - low) / (high - low) * (WIDTH - _LEFT - _RIGHT)


def _floor_of(bins: tuple[ReliabilityBin, ...]) -> float:
    """The least share of the picture: its bins fill it."""
    least = min((min(one.mean, one.right_low) for one in bins), default=0.0)
    return max(0.0, min(0.8, int(least * 10) / 10))


def _top_of(points: tuple[CoveragePoint, ...], epsilon: float) -> float:
    """The greatest share of the picture: the promise and the errors are seen well, and bounds up
    to some times the promise."""
    known = [one for one in points if one.error is not None]
    errors = [_ROOM * (one.error or 0.0) for one in known]
    bounds = [min(_ROOM * one.at_most, _MOST * epsilon) for one in known]
    return min(1.0, max([2 * epsilon, *errors, *bounds]))


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _path(places: list[tuple[float, float]], kind: str) -> str:
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline class="{kind}" points="{told}"/>'


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _legend(kinds: Iterable[tuple[str, str]]) -> list[str]:
    """What the lines are, at the top right."""
    shapes: list[str] = []
    x = WIDTH - _RIGHT
    for kind, words in reversed(list(kinds)):
        x -= _LEGEND
        shapes.append(_line(x, _TOP - 12, x + 24, _TOP - 12, kind))
        shapes.append(_text(x + 30, _TOP - 8, words, "start"))
    return shapes


def _empty(words: str) -> str:
    """Words in place of what is not known yet, clear of all lines."""
    return _text((_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - _BOTTOM - 14, words, "middle")
