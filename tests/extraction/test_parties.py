"""Who makes an agreement, from its opening sentence or from the labels of roles."""

from __future__ import annotations

import pytest

from casework.extraction.parties import party_spans

OPENINGS = [
    (
        "This Deed is made on 4 May 2022 between Alder & Finch Ltd, a company registered in Wales\n"
        'whose office is at 3 High Street, Cardiff CF10 1AA ("Alder"), and Tobias Renn, an\n'
        'individual residing at 9 Low Road, Bath ("Renn"). Each is a party.',
        ["Alder & Finch Ltd", "Tobias Renn"],
    ),
    (
        "Zwischen der Kornblum Spedition GmbH & Co. KG, Hafenweg 2, 26721 Emden, vertreten durch\n"
        "die Geschäftsführerin Ute Harms, und der Delfter Werft AG, Kai 7, 28195 Bremen, wird\n"
        "Folgendes vereinbart:",
        ["Kornblum Spedition GmbH & Co. KG", "Delfter Werft AG"],
    ),
    (
        "Entre les soussignés :\n\nSociété Valmorin SAS, sise à Tours, représentée par\n"
        "M. Paul Ferrand, et Garage du Pont SARL, sise à Blois,\n\nil a été convenu",
        ["Société Valmorin SAS", "Garage du Pont SARL"],
    ),
    (
        "REUNIDOS\nDe una parte, Bodegas Lurbe, S.L., con domicilio en Haro, representada por don\n"
        "Luis Lurbe.\n\nDe otra parte, Transportes Arga y Cía, S.A., con domicilio en Tudela.\n\n"
        "EXPONEN",
        ["Bodegas Lurbe, S.L.", "Transportes Arga y Cía, S.A."],
    ),
    (
        "Tussen Molenaar Hout B.V., gevestigd te Zwolle, en Van Dijk Bouw N.V., gevestigd te Ede,\n"
        "komen overeen",
        ["Molenaar Hout B.V.", "Van Dijk Bouw N.V."],
    ),
    (
        "This Agreement is made by and between Eli Harrow and Company, an Ohio corporation, and\n"
        "Bright Lake Partners LLC (the “Buyer”).",
        ["Eli Harrow and Company", "Bright Lake Partners LLC"],
    ),
]


@pytest.mark.parametrize(("text", "names"), OPENINGS)
def test_the_opening_sentence_names_the_parties_and_nobody_else(
    text: str, names: list[str]
) -> None:
    assert [text[start:end] for start, end in party_spans(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "Lease\n\n**Landlord:** Orchard Homes Pty Ltd, 4 Vine Road, Perth WA 6000\n\n"
        "**Tenant:** Mira Sandoval, 8 Pier Lane, Fremantle\n",
        "Lease\n\nLandlord\tOrchard Homes Pty Ltd, 4 Vine Road\nTenant\tMira Sandoval, Pier 8\n",
    ],
)
def test_labels_of_two_roles_name_the_parties(text: str) -> None:
    found = [text[start:end] for start, end in party_spans(text)]
    assert found == ["Orchard Homes Pty Ltd", "Mira Sandoval"]


def test_one_role_alone_makes_no_agreement() -> None:
    assert party_spans("Customer: Orchard Homes Pty Ltd, 4 Vine Road\nTotal 12.00") == []


def test_a_sentence_that_is_between_other_things_names_no_party() -> None:
    assert party_spans("The window lies between Monday and Friday of each week.") == []
