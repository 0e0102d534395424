"""Pictures of a promise are whole XML, hold its figures, and say in words what they show."""

from __future__ import annotations

import xml.etree.ElementTree as Xml
from dataclasses import replace
from pathlib import Path

import pytest

from casework.sdk.promised.pictures import (
    HEIGHT,
    WIDTH,
    marks,
    pictures,
    reliability,
    risk_coverage,
    write_pictures,
)
from casework.sdk.promised.views import CoveragePoint, PromiseView, ReliabilityBin, TwiceRead

SVG = "{http://www.w3.org/2000/svg}"
VIEW = PromiseView(
    "total", "Total <due> & VAT", 0.05, 0.1, "Ada", "2026-01-02", "", 0.91, 0.61, 180, 180, 2,
    0.035, 400, "2026-01-03", "", "", 0, 3, 0, 0, None, TwiceRead(0, 0, 0.0, 1.0),
    (
        ReliabilityBin(0.4, 0.7, 0.55, 20, 0.6, 0.42, 0.76),
        ReliabilityBin(0.7, 1.0, 0.88, 30, 0.9, 0.78, 0.96),
    ),
    (
        CoveragePoint(0.97, 0.3, 0.0, 0.048, 60, 60, 0, True),
        CoveragePoint(0.91, 0.61, 0.011, 0.035, 180, 180, 2, True),
        CoveragePoint(0.5, 1.0, 0.083, 0.14, 240, 240, 20, False),
    ),
)  # fmt: skip
EMPTY = replace(VIEW, bins=(), points=())


def texts(picture: Xml.Element) -> str:
    return " ".join(picture.itertext())


@pytest.mark.parametrize("draw", [reliability, risk_coverage])
@pytest.mark.parametrize("view", [VIEW, EMPTY])
def test_a_picture_is_whole_and_named_for_those_who_do_not_see_it(draw, view: PromiseView) -> None:  # type: ignore[no-untyped-def]
    picture = Xml.fromstring(draw(view))
    assert picture.get("role") == "img"
    named = picture.get("aria-labelledby", "").split()
    assert [picture.find(f"{SVG}title").get("id"), picture.find(f"{SVG}desc").get("id")] == named  # type: ignore[union-attr]
    assert "Total <due> & VAT" in (picture.find(f"{SVG}title").text or "")  # type: ignore[union-attr]


@pytest.mark.parametrize("draw", [reliability, risk_coverage])
def test_a_picture_is_read_on_light_and_on_dark_ground(draw) -> None:  # type: ignore[no-untyped-def]
    content = draw(VIEW)
    assert "prefers-color-scheme:dark" in content
    assert "currentColor" in content


def test_bins_stand_where_they_belong_with_their_figures() -> None:
    picture = Xml.fromstring(reliability(VIEW))
    dots = list(picture.iter(f"{SVG}circle"))
    across = [float(dot.get("cx", "")) for dot in dots]
    up = [float(dot.get("cy", "")) for dot in dots]
    assert across[0] < across[1]
    assert up[0] > up[1]
    assert all(0 <= x <= WIDTH for x in across)
    assert all(0 <= y <= HEIGHT for y in up)
    assert "20 cells, 55 % sure on average: 60 % right (42 % to 76 %)" in texts(picture)
    # as sure as right would be on the line from corner to corner
    line = next(one for one in picture.iter(f"{SVG}line") if one.get("class") == "ideal")
    x1, y1, x2, y2 = (float(line.get(name, "")) for name in ("x1", "y1", "x2", "y2"))
    on_line = y1 + (across[0] - x1) / (x2 - x1) * (y2 - y1)
    assert up[0] < on_line  # more often right than it was sure


def test_what_would_pass_stands_with_its_errors_and_bounds() -> None:
    picture = Xml.fromstring(risk_coverage(VIEW))
    told = texts(picture)
    assert (
        "from 0.910 on 61 % pass: 2 of 180 checked were wrong (1.1 % wrong, at most 3.5 %)" in told
    )
    assert "promised: 5 %" in told
    assert "90 % confidence" in told
    lines = {
        one.get("class"): one.get("points", "").split() for one in picture.iter(f"{SVG}polyline")
    }
    assert len(lines["seen"]) == len(lines["bound"]) == 3
    heights = [[float(place.split(",")[1]) for place in lines[name]] for name in ("bound", "seen")]
    assert all(bound <= seen for bound, seen in zip(*heights, strict=True))
    filled = [one.get("style") for one in picture.iter(f"{SVG}circle")]
    assert filled == ["fill:currentColor", "fill:currentColor", "fill:none"]


def test_a_long_name_is_cut_in_the_heading_and_whole_in_the_title() -> None:
    long = "Amount payable including all taxes and fees, as the letter says"
    picture = Xml.fromstring(risk_coverage(replace(VIEW, name=long)))
    heading = next(one for one in picture.iter(f"{SVG}text") if one.get("class") == "name")
    assert heading.text is not None
    assert len(heading.text) <= 58
    assert "…: what passes" in heading.text
    assert long in (picture.find(f"{SVG}title").text or "")  # type: ignore[union-attr]


def test_a_bound_above_the_picture_is_said_and_not_drawn_along_its_edge() -> None:
    loose = replace(VIEW, points=tuple(replace(one, at_most=0.9) for one in VIEW.points))
    drawn = Xml.fromstring(risk_coverage(loose))
    assert "at most: more than 20 %" in texts(drawn)
    assert not drawn.findall(f"{SVG}polyline[@class='bound']")
    assert "more than" not in texts(Xml.fromstring(risk_coverage(VIEW)))


def test_where_nothing_was_checked_the_pictures_say_so() -> None:
    assert "nothing was checked yet" in texts(Xml.fromstring(risk_coverage(EMPTY)))
    assert "not enough checked cells yet" in texts(Xml.fromstring(reliability(EMPTY)))


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0.0, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.8, 1.0, [0.8, 0.85, 0.9, 0.95, 1.0]),
        (0.0, 0.1, [0.0, 0.02, 0.04, 0.06, 0.08, 0.1]),
    ],
)
def test_marks_of_an_axis_are_round(low: float, high: float, wanted: list[float]) -> None:
    assert marks(low, high) == pytest.approx(wanted)


def test_pictures_are_written_by_the_name_of_the_step(tmp_path: Path) -> None:
    files = write_pictures([VIEW, replace(VIEW, step="")], tmp_path / "out")
    assert [file.name for file in files] == [
        "total-reliability.svg",
        "total-risk-coverage.svg",
        "worksheet-reliability.svg",
        "worksheet-risk-coverage.svg",
    ]
    assert files[0].read_text("utf-8") == pictures(VIEW)["total-reliability.svg"]
