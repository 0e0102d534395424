"""Scale and unit are read from headings and notes, and only from these."""

from __future__ import annotations

import pytest

from casework.values.scales import NO_SCALE, is_count, is_per_share, may_name_scale, scale_in


@pytest.mark.parametrize(
    ("text", "power", "currency"),
    [
        ("€ in thousands", 3, "EUR"),
        ("in TEUR", 3, "EUR"),
        ("T€", 3, "EUR"),
        ("in Mio. EUR", 6, "EUR"),
        ("$m", 6, "USD"),
        ("£'000", 3, "GBP"),
        ("$000s", 3, "USD"),
        ("EUR thousand", 3, "EUR"),
        ("in Tausend Euro", 3, "EUR"),
        ("Beträge in CHF 1000", 3, "CHF"),
        ("in 1.000 €", 3, "EUR"),
        ("en milliers d'euros", 3, "EUR"),
        ("(en millions d’euros)", 6, "EUR"),
        ("K€", 3, "EUR"),
        ("Mrd. €", 9, "EUR"),
        ("(in millions, except per share data)", 6, None),
        ("(In thousands)", 3, None),
        ("'000", 3, None),
        ("USD", 0, "USD"),
        ("Unit price (EUR)", 0, "EUR"),
    ],
)
def test_a_heading_states_scale_and_currency(text: str, power: int, currency: str | None) -> None:
    scale = scale_in(text)
    assert (scale.power, scale.currency, scale.percent) == (power, currency, False)
    assert scale.factor == 10**power
    assert may_name_scale(f"A long page.\n{text}\nof some report") or not power


@pytest.mark.parametrize(
    "text", ["", "2024", "Revenue", "Menge", "Notes", "m", "Member", "Tm 4", "in the year"]
)
def test_other_headings_state_none(text: str) -> None:
    assert scale_in(text) == NO_SCALE


def test_ordinary_text_is_quickly_seen_to_name_no_scale() -> None:
    assert not may_name_scale(
        "With them from Mr. Ham, EUR 100.00 of 2,500 on 3 March, item 4, form K1"
    )


def test_a_percent_sign_alone_is_a_unit_and_no_scale() -> None:
    assert scale_in("Change in %").percent
    assert not scale_in("€m (growth in %)").percent


def test_what_is_excepted_from_the_scale_is_told() -> None:
    assert scale_in("in Mio. € (außer Ergebnis je Aktie)").except_per_share
    assert not scale_in("in Mio. €").except_per_share


def test_a_paragraph_is_no_heading() -> None:
    assert scale_in("The group sold assets for EUR in millions. " * 6) == NO_SCALE


@pytest.mark.parametrize("label", ["Basic earnings per share", "Ergebnis je Aktie", "EPS"])
def test_rows_per_share_are_known(label: str) -> None:
    assert is_per_share(label)


def test_rows_that_count_are_known() -> None:
    assert is_count("Average number of employees")
    assert is_count("Mitarbeiter (Durchschnitt)")
    assert not is_count("Numbering machines")
