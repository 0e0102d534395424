"""From words to places and from places to cells, on the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli


def test_words_are_found_with_what_stands_around_them(cli: Cli) -> None:
    answer = cli("find", "250.00")
    assert answer.code == 0
    assert "birch.txt" in answer.flat
    assert "»250.00«" in answer.flat
    assert "stands there letter by letter" in answer.flat
    (place,) = cli("find", "250,00", "--json").json["places"]
    assert (place["grade"], place["quote"], place["page"]) == ("normalised", "250.00", 1)
    assert place["stretches"][0]["boxes"]


def test_words_that_stand_nowhere_are_told_so(cli: Cli) -> None:
    answer = cli("find", "payable in silver coins")
    assert answer.code == 0
    assert "“payable in silver coins” does not stand in 3 documents" in answer.flat


def test_more_places_than_were_asked_for_are_told(cli: Cli, tmp_path: Path) -> None:
    answer = cli("find", "EUR", "--limit", "1", "--pictures", tmp_path / "out")
    assert "There are more" in answer.flat
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".png"]


def test_cells_that_rest_on_a_document_are_listed(cli: Cli) -> None:
    text = cli("where-used", "birch.txt").flat
    assert "cells rest on birch.txt" in text
    assert "birch · Total due: EUR 250.00" in text
    told = cli("where-used", "birch.txt", "--quote", "250.00", "--json").json
    assert [use["step_id"] for use in told["uses"]] == ["total-due"]
    assert told["uses"][0]["standing"] == "current"


def test_a_place_that_no_cell_rests_on_is_told_so(cli: Cli) -> None:
    answer = cli("where-used", "birch.txt", "--page", "1", "--box", "0,0,1,1")
    assert "No cell rests on birch.txt, page 1." in answer.flat


def test_what_is_no_box_is_refused(cli: Cli) -> None:
    for written in ("1,2,3", "a,b,c,d", "5,5,1,1"):
        answer = cli("where-used", "birch.txt", "--page", "1", "--box", written)
        assert answer.code == 1
        assert "is no box" in answer.flat
