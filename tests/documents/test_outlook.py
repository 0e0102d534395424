"""Outlook messages: people, dates, bodies and what they carry, in both their variants."""

from __future__ import annotations

from casework.documents.formats.sniff import sniff
from casework.documents.mails.compressed_rtf import html_in, text_in, unpacked
from tests.documents.compound import Msg, Tree, compound
from tests.documents.samples import document, places, read

_PLAIN_RTF = 0x414C454D


def _person(kind: int, name: str, address: str) -> Msg:
    return Msg({0x3001: name, 0x39FE: address}, {0x0C15: kind})


def _letter() -> Msg:
    return Msg(
        {
            0x001A: "IPM.Note",
            0x0037: "Schaden am Dach",
            0x0C1A: "Jörg Müller",
            0x5D01: "joerg@example.com",
            0x1000: "Guten Tag,\r\n\r\n> Was kostet es?\r\n900 EUR.\r\n",
            0x1035: "<third@example.com>",
            0x1039: "<first@example.com> <second@example.com>",
        },
        times={0x0039: 1_709_630_100},
        recipients=[
            _person(1, "Claims", "claims@example.org"),
            _person(2, "Ann Berg", "ann@example.org"),
            _person(3, "", "hidden@example.org"),
        ],
    )


def test_a_message_states_the_same_facts_as_a_mail() -> None:
    found = document(_letter().bytes(), "a.msg")
    assert (found.reader, found.state) == ("outlook", "read")
    assert found.facts == {
        "from": "Jörg Müller <joerg@example.com>",
        "to": "Claims <claims@example.org>",
        "cc": "Ann Berg <ann@example.org>",
        "bcc": "hidden@example.org",
        "subject": "Schaden am Dach",
        "date": "2024-03-05T09:15:00+00:00",
        "message-id": "<third@example.com>",
        "thread": "<first@example.com>",
    }
    seen = places(found.pages[0])
    assert seen["Subject"] == "Subject: Schaden am Dach"
    assert seen["line 3"] == "Was kostet es?"
    assert seen["line 4"] == "900 EUR."
    assert [block.kind for block in found.pages[0].blocks][-2:] == ["quote", "paragraph"]


def test_the_variant_in_one_byte_letters_is_read_by_its_code_page() -> None:
    letter = Msg(
        {0x0037: "Счёт на оплату", 0x1000: "Итого 12 EUR"}, {0x3FFD: 1251}, encoding="cp1251"
    )
    found = document(letter.bytes(), "a.msg")
    assert found.facts["subject"] == "Счёт на оплату"
    assert "Итого 12 EUR" in found.pages[0].text


def test_attachments_and_messages_in_a_message_become_members_all_the_way_down() -> None:
    deepest = Msg({0x0037: "Third", 0x1000: "deep"})
    deepest.attachments = [Msg({0x3707: "plan.bin"}, {0x3705: 1}, data={0x3701: b"x" * 5000})]
    middle = Msg({0x0037: "Second", 0x1000: "middle"})
    middle.attachments = [Msg({}, {0x3705: 5}, inner=deepest)]
    letter = _letter()
    letter.attachments = [
        Msg(
            {0x3707: "../bill.pdf", 0x3704: "BILL~1.PDF"},
            {0x3705: 1},
            data={0x3701: b"%PDF" * 2000},
        ),
        Msg({}, {0x3705: 5}, inner=middle),
    ]
    parsed = read(letter.bytes(), "a.msg")
    assert [member.name for member in parsed.members] == ["bill.pdf", "Second.eml"]
    second = read(parsed.members[1].data, "Second.eml")
    assert second.document.facts["subject"] == "Second"
    third = read(second.members[0].data, second.members[0].name)
    assert third.document.facts["subject"] == "Third"
    assert third.members[0].name == "plan.bin"
    assert third.members[0].data == b"x" * 5000
    assert read(letter.bytes(), "a.msg").members[1].data == parsed.members[1].data


def test_a_message_with_only_html_is_read_from_it() -> None:
    html = b"<html><body><p>Total due</p><p>12 EUR</p></body></html>"
    letter = Msg({0x0037: "x"}, {0x3FDE: 65001}, data={0x1013: html})
    assert document(letter.bytes(), "a.msg").pages[0].text.endswith("Total due\n\n12 EUR")


def test_a_message_with_only_rich_text_is_read_from_it() -> None:
    import struct

    rtf = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 Total due\par 12 \'80 for M\'fcller\par}"
    packed = struct.pack("<IIII", len(rtf) + 12, len(rtf), _PLAIN_RTF, 0) + rtf
    letter = Msg({0x0037: "x"}, {0x3FDE: 1252}, data={0x1009: packed})
    assert "12 € for Müller" in document(letter.bytes(), "a.msg").pages[0].text


def test_an_encrypted_message_says_so_and_keeps_its_facts() -> None:
    letter = Msg({0x001A: "IPM.Note.SMIME", 0x0037: "secret"})
    letter.attachments = [Msg({0x3707: "smime.p7m"}, {0x3705: 1}, data={0x3701: b"\x30" * 5000})]
    found = document(letter.bytes(), "a.msg")
    assert found.state == "unsupported"
    assert "encrypted" in found.reason
    assert found.facts["subject"] == "secret"


def test_a_damaged_message_ends_in_a_reason() -> None:
    whole = _letter().bytes()
    for cut in (600, 1500, len(whole) // 2, len(whole) - 700):
        found = document(whole[:cut], "a.msg")
        assert found.state in ("read", "broken", "empty", "unsupported")
        assert found.state == "read" or found.reason


def test_a_compound_file_that_is_no_message_is_not_taken_for_one() -> None:
    assert document(compound({"Something": b"x" * 5000}), "a.msg").state != "read"


def test_compressed_rich_text_is_unpacked_as_the_specification_shows() -> None:
    simple = bytes.fromhex(  # MS-OXRTFCP, 3.1.1
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c"
        "090020627705b06c647d0a800fa0"
    )
    assert unpacked(simple) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_html_is_taken_out_of_the_rich_text_that_wraps_it() -> None:
    rtf = (
        rb"{\rtf1\ansi\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 "
        rb"Gr\'fc\'dfe {\*\htmltag84 <b>}12 EUR{\*\htmltag92 </b>}{\*\htmltag72 </p>}}"
    )
    assert html_in(rtf, "cp1252") == "<p>Grüße <b>12 EUR</b></p>"
    assert html_in(rb"{\rtf1 hello}", "cp1252") == ""
    assert text_in(rb"{\rtf1{\info{\author X}}a\par b\u8364?c}", "cp1252") == "a\nb€c"


def test_a_word_file_that_is_attached_does_not_make_a_message_a_word_file() -> None:
    attached: Tree = {"__substg1.0_37010102": compound({"WordDocument": bytes(5_000)})}
    parts: Tree = {"__substg1.0_0037001F": bytes(5_000), "__attach_version1.0_#00000000": attached}
    data = compound(parts)
    assert sniff(data, "a.msg").format == "outlook"
    book = compound({"Workbook": bytes(5_000), "MBD0001": {"WordDocument": bytes(5_000)}})
    assert sniff(book, "a.xls").format == "sheet"
