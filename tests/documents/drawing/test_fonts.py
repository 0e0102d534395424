"""Every letter is drawn by a font that has it, ours before those of the system."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.documents.drawing.fonts import OURS, covered, font, runs, wants_shaping


def _files(text: str, *, system: bool = False) -> list[str]:
    return [Path(run.file).name for run in runs(text, "plain", system=system)]


@pytest.mark.parametrize(
    "text", ["Total 12.50 €", "Žluťoučký Łódź Türkçe", "Σύνολο", "Договір", "Ďakujem – “ok”"]
)
def test_latin_greek_and_cyrillic_are_drawn_by_the_font_that_pages_are_set_in(text: str) -> None:
    assert _files(text) == ["Arimo-Regular.ttf"]


def test_letters_of_other_scripts_come_from_the_font_that_covers_most() -> None:
    assert _files("ქართული") == ["DejaVuSans.ttf"]
    assert _files("فاتورة") == ["DejaVuSans.ttf"]


def test_letters_that_no_font_has_are_told_as_such() -> None:
    found = runs("a請b", "plain", system=False)
    assert [(run.text, bool(run.file)) for run in found] == [
        ("a", True),
        ("請", False),
        ("b", True),
    ]


def test_a_mark_stays_with_the_letter_that_it_belongs_to() -> None:
    assert [run.text for run in runs("q\u0303", "plain", system=False)] == ["q\u0303"]
    assert [run.text for run in runs("e\u0301", "plain")] == ["é"]


def test_bold_and_mono_have_fonts_of_their_own() -> None:
    assert Path(runs("a", "bold")[0].file).name == "Arimo-Bold.ttf"
    assert Path(runs("a", "mono")[0].file).name == "Cousine-Regular.ttf"


def test_letters_that_join_are_shaped_and_others_are_not() -> None:
    assert wants_shaping("فاتورة")
    assert not wants_shaping("Größe 請求")
    assert font(runs("فا", "plain")[0].file, 20, shaped=True).getlength("فا") > 0


def test_a_file_that_is_no_font_covers_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes((OURS / "Arimo-Regular.ttf").read_bytes()[:40])
    assert covered(str(broken)) == frozenset()
    assert covered(str(tmp_path / "gone.ttf")) == frozenset()


def test_every_font_that_ships_has_its_licence_beside_it() -> None:
    for path in OURS.glob("*.ttf"):
        family = path.stem.partition("-")[0].removesuffix("Sans")
        licences = [text.name for text in OURS.glob("LICENSE-*.txt") if family in text.name]
        assert len(licences) == 1, path.name
