"""Plain text: columns made by blanks, code, form feeds, endless lines, and every encoding."""

from __future__ import annotations

import pytest

from casework.documents.formats.decode import decode
from casework.documents.reading import Limits
from casework.documents.typesetting.letter_columns import LETTER_PT, set_letters
from tests.documents.samples import document, places, read, words_of

_REPORT = """ACCOUNT STATEMENT

Item          Qty       Price
Paper          12        1.50
Ink cartridge   1       12.00

Total due:              30.00
"""


def test_a_report_in_columns_by_blanks_keeps_its_columns() -> None:
    page = document(_REPORT.encode(), "report.txt").pages[0]
    box = {text: word.box for text, word in zip(words_of(page), page.words, strict=True)}
    assert box["Qty"].x1 == box["12"].x1 == box["1"].x1
    assert box["1.50"].x1 == box["12.00"].x1 == box["30.00"].x1
    assert box["Total"].y0 == box["30.00"].y0
    assert box["cartridge"].x0 - box["Ink"].x0 == pytest.approx(4 * LETTER_PT)


def test_prose_with_two_blanks_behind_a_full_stop_is_no_report() -> None:
    page = document(b"First sentence.  Second sentence.\n", "a.txt").pages[0]
    widths = {round(word.box.x1 - word.box.x0, 1) for word in page.words[:2]}
    assert widths != {5 * LETTER_PT, 9 * LETTER_PT}


def test_a_line_longer_than_a_page_goes_on_under_the_same_place() -> None:
    line = "  ".join(f"field{n:03}" for n in range(100))
    page = document(line.encode(), "wide.txt").pages[0]
    assert len(page.lines) > 1
    assert {each.place for each in page.lines} == {"line 1"}
    assert words_of(page) == line.split()
    assert max(word.box.x1 for word in page.words) <= page.width_pt


def test_code_and_logs_keep_their_columns_and_are_blocks_of_code() -> None:
    text = "def f(x):\n    if x:\n\treturn 1\n\n# end\n"
    page = document(text.encode(), "a.py").pages[0]
    assert [block.kind for block in page.blocks] == ["code", "code"]
    lefts = [line.box.x0 for line in page.lines]
    assert lefts[1] - lefts[0] == pytest.approx(4 * LETTER_PT)
    assert lefts[2] - lefts[0] == pytest.approx(8 * LETTER_PT)
    log = document(b"2024-03-01 10:00:00 INFO started\n", "app.log").pages[0]
    assert log.blocks[0].kind == "code"


def test_a_form_feed_begins_a_page_and_lines_go_on_counting() -> None:
    found = document(b"one\ntwo\n\x0cthree\nfour\n", "a.txt")
    assert [page.text for page in found.pages] == ["one\ntwo", "three\nfour"]
    assert [line.place for line in found.pages[1].lines] == ["line 3", "line 4"]


def test_words_without_end_are_taken_apart() -> None:
    pages = document(b"data: " + b"QUJD" * 2000, "a.txt").pages
    words = [word for page in pages for word in words_of(page)]
    assert max(map(len, words)) <= 100
    assert "".join(words[1:]) == "QUJD" * 2000


def test_letters_of_the_east_take_two_columns() -> None:
    (line,) = set_letters("項目  12", 0.0)
    assert [(left, word) for left, _, word in line] == [(0.0, "項目"), (6 * LETTER_PT, "12")]


def test_a_text_over_the_limit_is_refused_before_it_is_decoded() -> None:
    found = read(b"hello\n" * 100_000, "a.log", Limits(characters=1_000)).document
    assert (found.state, found.reason.startswith("Its text is longer")) == ("too_large", True)


def test_nuls_and_mixed_line_ends_do_no_harm_and_garbage_is_no_text() -> None:
    page = document(b"one\r\ntwo\rthree\nfo\0ur\n" + b"more text here\n" * 9, "a.txt").pages[0]
    assert places(page)["line 4"] == "four"
    assert decode(bytes(range(256)) * 20) is None
    assert document(bytes(range(256)) * 20, "a.txt").state == "unsupported"


_WRITTEN = {
    "Rechnung über 12,50 € für Müller & Söhne, fällig bis März.": (
        "cp1252 iso8859-15 mac_roman utf-8 utf-16-le utf-16-be utf-16 utf-32 utf-32-be"
    ),
    "Prosimy o zapłatę do końca miesiąca. Łódź, źródło, żółć, śnieg.": "cp1250 iso8859-2",
    "Žádáme o úhradu do konce měsíce. Příliš žluťoučký kůň úpěl.": "cp1250 iso8859-2",
    "Уважаемые господа, направляем вам счёт. Просим оплатить до конца месяца.": (
        "cp1251 koi8-r iso8859-5 mac_cyrillic cp866"
    ),
    "Надсилаємо вам рахунок за послуги. Просимо сплатити до кінця місяця.": "cp1251 koi8-u",
    "Σας αποστέλλουμε το τιμολόγιο. Παρακαλούμε πληρώστε μέχρι το τέλος.": "cp1253 iso8859-7",
    "Hizmet faturasını ekte gönderiyoruz. Lütfen ödeyiniz. Işık, şişe, ağaç.": "cp1254 iso8859-9",
    "מצורפת חשבונית עבור השירותים. נא לשלם עד סוף החודש. בברכה.": "cp1255 iso8859-8",
    "نرفق لكم فاتورة الخدمات. يرجى الدفع قبل نهاية الشهر. مع التحية.": "cp1256 iso8859-6",
    "Siunčiame sąskaitą už paslaugas. Prašome apmokėti iki mėnesio pabaigos.": "cp1257 iso8859-13",
    "請求書をお送りします。月末までにお支払いください。よろしくお願いします。": (
        "shift_jis cp932 euc_jp iso2022_jp"
    ),
    "现寄上服务发票一份。请于月底前付款。谢谢您的合作。": "gb18030 gbk gb2312",
    "現寄上服務發票一份。請於月底前付款。謝謝您的合作。": "big5 cp950",
    "청구서를 보내드립니다. 월말까지 지불해 주시기 바랍니다. 감사합니다.": "euc_kr cp949",
    "ขอส่งใบแจ้งหนี้ค่าบริการ กรุณาชำระภายในสิ้นเดือน": "tis_620 cp874",
}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(text, encoding) for text, names in _WRITTEN.items() for encoding in names.split()],
)
def test_text_is_read_in_the_encoding_it_was_written_in(text: str, encoding: str) -> None:
    assert (decode(text.encode(encoding)) or ("", ""))[0] == text


@pytest.mark.parametrize(
    "text",
    ["12 € due", "12 m³", "§ 5", "naïve", "½ cup", "£12", "“Total” due", "ÜBERSICHT", "©2024"],
)
def test_a_single_sign_in_western_text_is_western(text: str) -> None:
    assert (decode(text.encode("cp1252")) or ("", ""))[0] == text


@pytest.mark.parametrize("at", [0, 200, -1])
def test_a_byte_that_is_wrong_does_not_spoil_a_text_in_utf_8(at: int) -> None:
    whole = ("Die Größe der Häuser beträgt 100 m² – über fünf Straßen. " * 20).encode()
    data = whole[:-3] + "ü".encode()[:1] if at < 0 else whole[:at] + b"\xff" + whole[at:]
    text, encoding = decode(data) or ("", "")
    assert encoding == "utf-8"
    assert text.count("Größe der Häuser") == 20
