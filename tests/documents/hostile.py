"""Small files that try to cost much: bombs, cycles, deep nests, claims that are not true."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from tests.documents import samples

_LEVELS = 30
_DEEP = 100_000
_LAUGHS = "".join(
    f'<!ENTITY l{level} "' + f"&l{level - 1};" * 10 + '">' for level in range(1, _LEVELS)
)
_BOMB = f'<!DOCTYPE z [<!ENTITY l0 "lol">{_LAUGHS}]>'
_OUTSIDE = (
    '<!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "http://127.0.0.1:9/">]>'
)


def xml(body: str = "<z>&l29;</z>", doctype: str = _BOMB) -> bytes:
    """XML whose entities laugh (3 × 10^29 letters)."""
    return f'<?xml version="1.0"?>{doctype}{body}'.encode()


def outside_xml() -> bytes:
    """XML that asks for a file and for an address."""
    return xml("<z>before &x; &y; after</z>", _OUTSIDE)


def zipped(entries: Mapping[str, bytes], *, stored: bool = False) -> bytes:
    """A zip file with these entries."""
    target = io.BytesIO()
    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return target.getvalue()


def replaced(package: bytes, name: str, change: tuple[bytes, bytes]) -> bytes:
    """A zip file with a text in one entry replaced."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        entries = {each: archive.read(each) for each in archive.namelist()}
    assert change[0] in entries[name]
    entries[name] = entries[name].replace(*change, 1)
    return zipped(entries)


def laughing_docx(doctype: str = _BOMB, reference: bytes = b"&l29;") -> bytes:
    """A Word file whose text is an entity."""
    made = replaced(
        samples.docx(),
        "word/document.xml",
        (b"<w:document", doctype.encode() + b"<w:document"),
    )
    return replaced(made, "word/document.xml", (b"Signed in Berlin.", reference + b" Signed"))


def odt(content: bytes) -> bytes:
    """An OpenDocument text with this content.xml."""
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": content})


ODT = (
    "<office:document-content "
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:body><office:text>{0}</office:text></office:body></office:document-content>"
)


def laughing_odt() -> bytes:
    """An OpenDocument text whose text is an entity."""
    return odt(xml(ODT.format("<text:p>&l29;</text:p>")))


def repeating_odt() -> bytes:
    """An OpenDocument text with one cell that says it stands there a billion times."""
    cell = (
        '<table:table><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table>"
    )
    return odt(ODT.format(cell).encode())


def deep_odt() -> bytes:
    """An OpenDocument text with sections in sections."""
    return odt(
        ODT.format(
            "<text:section>" * _DEEP + "<text:p>x</text:p>" + "</text:section>" * _DEEP
        ).encode()
    )


def swollen_docx(inflated: int) -> bytes:
    """A Word file with one part that is blanks."""
    with zipfile.ZipFile(io.BytesIO(samples.docx())) as archive:
        entries = {each: archive.read(each) for each in archive.namelist()}
    return zipped({**entries, "word/media/blank.bin": bytes(inflated)})


def nested_zip(levels: int, width: int = 10) -> bytes:
    """Zip files in a zip file, as 42.zip has them: width^levels files of a megabyte."""
    inner = zipped({"blank.txt": b"word " * 200_000})
    for _ in range(levels):
        inner = zipped({f"{number}.zip": inner for number in range(width)})
    return inner


def overlapping_zip(count: int = 2000) -> bytes:
    """A zip file in which many names share the bytes of one entry."""
    kernel = zipped({"a.txt": b"word " * 2_000_000})
    end = kernel.rindex(b"PK\x05\x06")
    start = kernel.index(b"PK\x01\x02")
    central = kernel[start:end]
    return (
        kernel[:start]
        + central * count
        + struct.pack(
            "<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(central) * count, start, 0
        )
    )


def quine_zip() -> bytes:
    """A zip file that holds itself, as near as it goes: its entry is its own bytes, stored, whose
    header lies about where it begins."""
    name = b"self.zip"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0)
    size = 30 + len(name)
    central = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        b"PK\x01\x02",
        *(20, 20, 0, 0, 0, 0),
        0,
        size,
        size,
        len(name),
        *[0] * 6,
    )
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(central) + len(name), size, 0)
    return local + name + central + name + end


def deep_json() -> bytes:
    """Lists in lists."""
    return b"[" * _DEEP + b"]" * _DEEP


def deep_html() -> bytes:
    """Boxes in boxes, and tables in tables."""
    return b"<html><body>" + b"<div>" * _DEEP + b"words" + b"<table><tr><td>" * 3000 + b"end"


def wide_html() -> bytes:
    """A table whose cells say that they are as large as can be."""
    cell = b'<td colspan="65534" rowspan="65534">x</td>'
    return b"<html><body><table>" + (b"<tr>" + cell * 20 + b"</tr>") * 200 + b"</table>"


def deep_rtf() -> bytes:
    """Groups in groups."""
    return b"{\\rtf1 " + b"{" * _DEEP + b"words" + b"}" * _DEEP + b"}"


def binary_rtf() -> bytes:
    """A picture that says it has two billion bytes."""
    return b"{\\rtf1 words {\\pict\\bin2000000000 xx}}"


def pdf(objects: list[bytes], *, root: int = 1) -> bytes:
    """A PDF with these objects, numbered from 1."""
    made = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        made += b"%010d 00000 n \n" % place
    made += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        root,
        table,
    )
    return bytes(made)


def stream(data: bytes, about: bytes = b"") -> bytes:
    """The body of a stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), about, data)


_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
    b"/Resources << /Font << /F 5 0 R >> /XObject << /X 6 0 R >> >> >>"
)
_TEXT = b"BT /F 12 Tf 72 700 Td (some words of text) Tj ET "


def cyclic_pdf() -> bytes:
    """A page tree that holds itself."""
    return pdf(
        [
            _CATALOG,
            b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 4 >>",
            b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 2 >>",
        ]
    )


def counting_pdf(count: int = 1_000_000) -> bytes:
    """One page that says it is a million."""
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count %d >>" % count
    return pdf([_CATALOG, pages, _PAGE, stream(_TEXT), _FONT, stream(b"")])


def recursive_pdf() -> bytes:
    """A form that draws itself, twice."""
    form = stream(
        b"/X Do /X Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>",
    )
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf([_CATALOG, pages, _PAGE, stream(_TEXT + b"/X Do "), _FONT, form])


def swollen_pdf(inflated: int) -> bytes:
    """A page whose content unpacks twice to very many blanks."""
    packed = zlib.compress(zlib.compress(_TEXT + b" " * inflated, 9), 9)
    content = stream(packed, b"/Filter [/FlateDecode /FlateDecode]")
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf([_CATALOG, pages, _PAGE, content, _FONT, stream(b"")])


def jbig2_pdf() -> bytes:
    """A picture by a decoder with a history, of garbage, that says it is huge."""
    picture = stream(
        bytes(range(256)) * 8,
        b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceGray "
        b"/BitsPerComponent 1 /Filter /JBIG2Decode",
    )
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    draw = _TEXT + b"q 500 0 0 500 0 0 cm /X Do Q"
    return pdf([_CATALOG, pages, _PAGE, stream(draw), _FONT, picture])


def deep_pdf() -> bytes:
    """Arrays in arrays."""
    nest = b"<< /Type /Pages /Kids [3 0 R] /Count 1 /X " + b"[" * _DEEP + b"]" * _DEEP + b" >>"
    return pdf([_CATALOG, nest, _PAGE, stream(_TEXT), _FONT, stream(b"")])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int) -> bytes:
    """A picture that says it has so many pixels, and has the first line of them."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(bytes(width + 1)))
        + _chunk(b"IEND", b"")
    )


def looping_tiff() -> bytes:
    """A picture whose list of frames leads back to its first."""
    tags = [
        (256, 4),
        (257, 4),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, 4),
        (279, 16),
    ]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    frame = 8 + 16
    return (
        struct.pack("<2sHI", b"II", 42, frame)
        + bytes(16)
        + struct.pack("<H", len(tags))
        + entries
        + struct.pack("<I", frame)
    )


def many_parts_mail(count: int = 10_000) -> bytes:
    """Parts in parts in parts."""
    made = [b"From: a@example.com\nSubject: nest\nMIME-Version: 1.0\n"]
    made += [
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
        for number in range(count)
    ]
    return b"".join(made) + b"Content-Type: text/plain\n\nwords\n"


def forwarded_mail(count: int = 3000) -> bytes:
    """A mail in a mail in a mail."""
    head = (
        b"From: a@example.com\nSubject: nest\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n"
    )
    return head * count + b"From: a@example.com\nSubject: in\n\nwords\n"


def long_line_csv(size: int = 20_000_000) -> bytes:
    """A table that is one line."""
    return b"a,b\n" + b"x" * size + b",1\n"


def wide_csv() -> bytes:
    """A table with very many columns."""
    return b",".join(b"%d" % number for number in range(60_000)) + b"\n"


def claiming_xlsx(reference: bytes = b"A1:XFD1048576") -> bytes:
    """A sheet that says it is as large as sheets get, with a value in its last cell."""
    made = replaced(
        samples.xlsx(), "xl/worksheets/sheet1.xml", (b'ref="B3:D5"', b'ref="' + reference + b'"')
    )
    last = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return replaced(made, "xl/worksheets/sheet1.xml", (b"</sheetData>", last))


def epub() -> bytes:
    """A book whose list of chapters is an entity."""
    return zipped(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": b"<container><rootfiles>"
            b'<rootfile full-path="a.opf"/></rootfiles></container>',
            "a.opf": xml("<package><spine>&l29;</spine></package>"),
        }
    )


def svg() -> bytes:
    """A drawing whose text is an entity."""
    return xml('<svg xmlns="http://www.w3.org/2000/svg"><text>&l29;</text></svg>')


def transcript(count: int = 100_000) -> bytes:
    """Subtitles without end."""
    return b"WEBVTT\n\n" + b"00:00:01.000 --> 00:00:02.000\nyes\n\n" * count


FILES: dict[str, bytes] = {
    "laughs.xml": xml(),
    "outside.xml": outside_xml(),
    "laughs.svg": svg(),
    "laughs.docx": laughing_docx(),
    "laughs.odt": laughing_odt(),
    "laughs.epub": epub(),
    "repeating.odt": repeating_odt(),
    "deep.odt": deep_odt(),
    "swollen.docx": swollen_docx(300 << 20),
    "42.zip": nested_zip(2),
    "overlapping.zip": overlapping_zip(),
    "quine.zip": quine_zip(),
    "deep.json": deep_json(),
    "deep.html": deep_html(),
    "wide.html": wide_html(),
    "deep.rtf": deep_rtf(),
    "binary.rtf": binary_rtf(),
    "cyclic.pdf": cyclic_pdf(),
    "counting.pdf": counting_pdf(),
    "recursive.pdf": recursive_pdf(),
    "swollen.pdf": swollen_pdf(200 << 20),
    "jbig2.pdf": jbig2_pdf(),
    "deep.pdf": deep_pdf(),
    "huge.png": png(100_000, 100_000),
    "looping.tif": looping_tiff(),
    "parts.eml": many_parts_mail(),
    "forwarded.eml": forwarded_mail(),
    "long.csv": long_line_csv(),
    "wide.csv": wide_csv(),
    "claiming.xlsx": claiming_xlsx(),
    "endless.vtt": transcript(),
}
"""What a hostile sender could attach, by name."""
