"""XML: paths as places, records as tables, electronic invoices as people read them."""

from __future__ import annotations

from casework.documents.kind import kinds_of
from casework.documents.reading import Limits
from tests.documents.samples import document, places, read

_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_ORDER = (
    _HEAD
    + b"""<o:Order xmlns:o="urn:x" xmlns:p="urn:y" no="A-1">
  <p:Buyer><Name>Norton Ltd</Name></p:Buyer>
  <Line><Item>Paper</Item><Amount cur="EUR">10.00</Amount></Line>
  <Line><Item>Ink</Item><Amount cur="EUR">2.50</Amount></Line>
  <Note>Pay <b>soon</b>, please do.</Note>
</o:Order>"""
)
_UBL = (
    _HEAD
    + b"""<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<b:ID>R-7</b:ID><b:IssueDate>2024-03-01</b:IssueDate>
<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>
<a:AccountingSupplierParty><a:Party><a:PartyLegalEntity>
<b:RegistrationName>Norton Ltd</b:RegistrationName>
</a:PartyLegalEntity></a:Party></a:AccountingSupplierParty>
<a:LegalMonetaryTotal><b:PayableAmount currencyID="EUR">12.50</b:PayableAmount>
</a:LegalMonetaryTotal>
<a:InvoiceLine><b:ID>1</b:ID><b:InvoicedQuantity unitCode="HUR">2</b:InvoicedQuantity>
<b:LineExtensionAmount currencyID="EUR">10.00</b:LineExtensionAmount>
<a:Item><b:Name>Work</b:Name></a:Item>
<a:Price><b:PriceAmount currencyID="EUR">5.00</b:PriceAmount></a:Price></a:InvoiceLine>
<b:Odd>kept</b:Odd></Invoice>"""
)
_CII = (
    _HEAD
    + b"""<r:CrossIndustryInvoice
 xmlns:r="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">
<ExchangedDocument><ID>R-8</ID><IssueDateTime><DateTimeString format="102">20240301</DateTimeString>
</IssueDateTime></ExchangedDocument><SupplyChainTradeTransaction><ApplicableHeaderTradeAgreement>
<SellerTradeParty><Name>Norton Ltd</Name></SellerTradeParty></ApplicableHeaderTradeAgreement>
<ApplicableHeaderTradeSettlement><SpecifiedTradeSettlementHeaderMonetarySummation>
<DuePayableAmount>12.50</DuePayableAmount></SpecifiedTradeSettlementHeaderMonetarySummation>
</ApplicableHeaderTradeSettlement></SupplyChainTradeTransaction></r:CrossIndustryInvoice>"""
)


def test_values_have_paths_and_alike_records_are_a_stated_table() -> None:
    found = document(_ORDER, "a.xml")
    assert (found.reader, found.media_type) == ("xml", "application/xml")
    seen = places(found.pages[0])
    assert seen["/Order/@no"] == "no: A-1"
    assert seen["/Order/Buyer/Name"] == "Name: Norton Ltd"
    assert seen["/Order/Line[2]/Amount"] == "2.50 (cur EUR)"
    assert seen["/Order/Note"] == "Note Pay soon, please do."
    (table,) = found.tables
    assert (table.rows, table.columns, table.title) == (3, 2, "Line")


def test_an_invoice_in_ubl_is_shown_as_people_read_it() -> None:
    found = document(_UBL, "data.xml")
    assert found.facts == {"title": "Invoice", "standard": "UBL"}
    seen = places(found.pages[0])
    assert seen["/Invoice/ID"] == "Invoice number: R-7"
    assert seen["/Invoice/LegalMonetaryTotal/PayableAmount"] == "Amount due: 12.50 EUR"
    assert seen["/Invoice/InvoiceLine/InvoicedQuantity"] == "2 hours"
    assert seen["/Invoice/InvoiceLine/Item/Name"] == "Work"
    text = found.pages[0].text
    assert text.index("R-7") < text.index("Seller") < text.index("Work") < text.index("Amount due")
    assert text.index("Other fields") < text.index("Odd: kept")
    assert text.count("12.50") == 1
    assert "e-invoice data" in kinds_of("data.xml", found)
    assert "invoice" in kinds_of("data.xml", found)


def test_an_invoice_in_cii_is_shown_as_people_read_it() -> None:
    found = document(_CII, "factur-x.xml")
    text = found.pages[0].text
    assert found.facts["standard"] == "CII"
    assert "Invoice number: R-8" in text
    assert "Issue date: 2024-03-01" in text
    assert "Amount due: 12.50" in text
    assert "Seller\n\nName: Norton Ltd" in text


def test_entities_are_neither_fetched_nor_expanded() -> None:
    data = (
        b'<!DOCTYPE a [<!ENTITY x "boom"><!ENTITY y SYSTEM "file:///etc/passwd">]>'
        b"<a><b>&x; and &y; &lt; &amp; more</b></a>"
    )
    found = document(data, "a.xml")
    assert found.pages[0].text.endswith("b: &x; and &y; < & more")
    assert "entities" in found.notes[0]


def test_a_bomb_of_entities_is_shown_as_it_is_written() -> None:
    rows = b"".join(
        b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10 if n else b"x" * 50) for n in range(12)
    )
    for body in (b"<a>&e11;</a>", b'<a b="&e11;">1</a>'):
        found = document(_HEAD + b"<!DOCTYPE a [" + rows + b"]>" + body, "a.xml")
        assert found.state == "read"
        assert sum(len(page.text) for page in found.pages) < 10_000


def test_a_file_that_is_not_well_formed_is_shown_as_written() -> None:
    found = document(_HEAD + b"<a>\n<b>12 EUR</b>\n<c>cut", "a.xml")
    assert "12 EUR" in found.pages[0].text
    assert "line 4, column" in found.notes[0]


def test_encodings_that_are_declared_or_not_are_read() -> None:
    text = "<a><b>Größe 12 €</b></a>"
    head = '<?xml version="1.0" encoding="{}"?>'
    for data in (
        (head.format("utf-16") + text).encode("utf-16"),
        (head.format("iso-8859-15") + text).encode("iso8859-15"),
        (head.format("windows-1252") + text).encode("cp1252"),
        b"\xef\xbb\xbf" + text.encode(),
        (head.format("no-such") + text).encode(),
    ):
        assert "Größe 12 €" in document(data, "a.xml").pages[0].text


def test_endless_nesting_and_many_elements_are_bounded() -> None:
    deep = document(b"<a>" * 5000 + b"12 EUR" + b"</a>" * 5000, "a.xml")
    assert deep.state == "read"
    assert "12 EUR" in deep.pages[-1].text
    many = read(_HEAD + b"<r>" + b"<a>1</a>" * 3000 + b"</r>", "a.xml", Limits(pages=3)).document
    assert many.state == "too_large"


def test_a_page_of_the_web_is_no_xml() -> None:
    assert (
        document(b'<?xml version="1.0"?><html><body><p>Hi</p></body></html>', "a.xml").reader
        == "html"
    )


def test_texts_that_elements_part_do_not_grow_together() -> None:
    found = document(_HEAD + b"<r><row>Kept<a>1</a><b>2</b></row><row>x<a>3</a></row></r>", "a.xml")
    assert "Kept" in found.pages[0].text
    deep = _HEAD + b"<a>" * 45 + b"<x>1</x><y k='v'>2</y>" + b"</a>" * 45
    assert document(deep, "a.xml").pages[-1].text.endswith("1 (k v) 2")


def test_attributes_within_a_sentence_are_shown() -> None:
    found = document(_HEAD + b"<r>Please pay <sum value='100'/> now</r>", "a.xml")
    assert found.pages[0].text == "Please pay (value 100) now"
