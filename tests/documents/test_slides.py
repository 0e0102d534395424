"""Presentations: titles, reading order, tables, charts, notes, hidden slides, damage."""

from __future__ import annotations

import io
import zipfile

import pptx
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.presentation import Presentation
from pptx.util import Inches

from tests.documents.samples import document, places, read


def _saved(deck: Presentation) -> bytes:
    target = io.BytesIO()
    deck.save(target)
    return target.getvalue()


def _deck() -> Presentation:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Results 2024"
    body = slide.placeholders[1].text_frame
    body.text = "Sales rose"
    deeper = body.add_paragraph()
    deeper.text, deeper.level = "by 12 %", 1
    slide.notes_slide.notes_text_frame.text = "Say thanks"
    return deck


def test_a_slide_gives_its_title_its_text_and_its_notes() -> None:
    found = document(_saved(_deck()), "deck.pptx")
    page = found.pages[0]
    assert page.text == "Results 2024\n\n• Sales rose\n• by 12 %\n\n[notes] Say thanks"
    assert page.label == "slide 1"
    assert [(block.kind, block.level) for block in page.blocks[:2]] == [("heading", 1), ("list", 0)]
    assert set(places(page)) == {"slide 1", "slide 1, notes"}
    assert page.lines[2].box.x0 > page.lines[1].box.x0


def test_shapes_are_read_from_the_top_down_and_from_left_to_right_groups_too() -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    for text, left, top in (("last", 1, 5), ("right", 5, 1), ("left", 1, 1.1)):
        box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(1))
        box.text_frame.text = text
    group = slide.shapes.add_group_shape()
    box = group.shapes.add_textbox(Inches(1), Inches(3), Inches(2), Inches(1))
    box.text_frame.text = "grouped"
    page = document(_saved(deck), "deck.pptx").pages[0]
    assert page.text.split() == ["left", "right", "grouped", "last"]


def test_tables_and_the_data_of_charts_are_tables() -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Numbers"
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(2), Inches(6), Inches(1)).table
    for index, text in enumerate(["Year", "Net", "", "2023", "1", "2", "2024", "3", "4"]):
        table.cell(index // 3, index % 3).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    data = CategoryChartData(number_format="0%")  # type: ignore[no-untyped-call]
    data.categories = ["East", "West"]
    data.add_series("Q1", (0.19, 0.21))  # type: ignore[no-untyped-call]
    place = (Inches(1), Inches(4), Inches(4), Inches(2))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Sales by region"
    found = document(_saved(deck), "deck.pptx")
    grid, series = found.tables
    assert (grid.header_rows, grid.cells[1].column_span) == (1, 2)
    assert series.title == "Sales by region"
    value = series.at(2, 1)
    assert value is not None
    assert (value.text, series.header_path(value), series.row_path(value)) == (
        "21%",
        ("Q1",),
        ("West",),
    )
    assert places(found.pages[0])["slide 1, table 1, row 3, column 2"] == "3"


def test_hidden_slides_are_read_and_said_to_be_hidden() -> None:
    deck = _deck()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Backup"
    slide._element.set("show", "0")
    found = document(_saved(deck), "deck.pptx")
    assert found.pages[1].label == "slide 2 (hidden)"
    assert "Backup" in found.pages[1].text
    assert "Hidden slides were read: 2." in found.notes


def test_a_deck_of_pictures_alone_gives_them_as_files() -> None:
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (30, 30), "red").save(picture, "PNG")
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_picture(io.BytesIO(picture.getvalue()), 0, 0)
    parsed = read(_saved(deck), "scan.pptx")
    assert parsed.document.state == "empty"
    assert [member.data for member in parsed.members] == [picture.getvalue()]


def test_a_missing_slide_costs_itself_alone() -> None:
    deck = _deck()
    deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = "Second"
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_saved(deck))) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            if entry.filename != "ppt/slides/slide1.xml":
                new.writestr(entry.filename, old.read(entry))
    found = document(target.getvalue(), "deck.pptx")
    assert found.state == "read"
    assert [page.text for page in found.pages] == ["Second"]
    assert "missing or damaged were not read: 1" in " ".join(found.notes)
