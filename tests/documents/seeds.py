"""A few small whole files for every reader, to be changed by fuzzing."""

from __future__ import annotations

import io
import json
import struct
from typing import NamedTuple

from tests.documents import hostile, samples


class Seeds(NamedTuple):
    """Files of one reader by name, and the words of the format (a key of `mutations.TOKENS`)."""

    words: str
    files: dict[str, bytes]


def _pptx() -> bytes:
    import pptx

    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Results"
    slide.placeholders[1].text = "Sales rose\nCosts fell"
    table = made.slides.add_slide(made.slide_layouts[6]).shapes.add_table(2, 2, 0, 0, 9000, 9000)
    for index, text in enumerate(("Year", "Net", "2024", "1,200")):
        table.table.cell(index // 2, index % 2).text = text
    slide.notes_slide.notes_text_frame.text = "Say thanks"
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


_ODT_BODY = (
    '<text:h text:outline-level="1">Lease</text:h><text:p>The rent is <text:span>1,200</text:span>'
    " EUR.</text:p><text:list><text:list-item><text:p>keys</text:p></text:list-item></text:list>"
    '<table:table table:name="T"><table:table-row table:number-rows-repeated="2">'
    '<table:table-cell table:number-columns-spanned="2"><text:p>Item</text:p></table:table-cell>'
    "<table:table-cell><text:p>Amount</text:p></table:table-cell></table:table-row></table:table>"
)
_ODP = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:presentation><draw:page draw:name="one"><draw:frame><draw:text-box><text:p>Hello'
    "</text:p></draw:text-box></draw:frame></draw:page></office:presentation></office:body>"
    "</office:document-content>"
)


def _odp() -> bytes:
    kind = b"application/vnd.oasis.opendocument.presentation"
    return hostile.zipped({"mimetype": kind, "content.xml": _ODP.encode()})


def _ods() -> bytes:
    body = hostile.ODT.replace("office:text>", "office:spreadsheet>").format(
        '<table:table table:name="Costs"><table:table-row><table:table-cell '
        'table:number-columns-repeated="3"><text:p>7</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return hostile.zipped({"mimetype": kind, "content.xml": body.encode()})


_RTF = (
    rb"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0 Arial;}}{\info{\title Lease}}\pard\b Lease\b0\par "
    rb"The rent is \'80 1,200 \u8364? a month.\par{\*\generator x;}\trowd\cellx900\cellx1800 "
    rb"Item\cell Amount\cell\row{\pict\pngblip 89504e47}{\field{\fldinst HYPERLINK x}{\fldrslt y}}}"
)


def _epub() -> bytes:
    chapter = b"<html><body><h1>One</h1><p>It was a dark night.</p></body></html>"
    return hostile.zipped(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": b'<?xml version="1.0"?><container version="1.0" '
            b'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
            b'full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles>'
            b"</container>",
            "a.opf": b'<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="c" '
            b'href="c.xhtml" media-type="application/xhtml+xml"/></manifest><spine>'
            b'<itemref idref="c"/></spine></package>',
            "c.xhtml": chapter,
        }
    )


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (OLE2, MS-CFB) with these streams, none shorter than 4,096 bytes: shorter
    ones are filled up. Sectors of 512 bytes: the table of sectors, the directory, the streams."""
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    bodies = [data.ljust(4096, b"\0") for data in streams.values()]
    counts = [-(-len(data) // sector) for data in bodies]
    entries = 1 + len(bodies)
    directory = -(-entries * 128 // sector)
    total = 1 + directory + sum(counts)
    assert total <= sector // 4
    chain = [0xFFFFFFFD, *range(2, 1 + directory), end]
    places = []
    for count in counts:
        places.append(len(chain))
        chain += [*range(len(chain) + 1, len(chain) + count), end]
    chain += [free] * (sector // 4 - total)

    def entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
        letters = (name + "\0").encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sIQQIQ",
            *(letters, len(letters), kind, 1, free, right, child, bytes(16), 0, 0, 0, start, size),
        )

    rows = [entry("Root Entry", 5, free, 1 if bodies else free, end, 0)]
    for number, (name, data) in enumerate(zip(streams, bodies, strict=True)):
        right = number + 2 if number + 1 < len(bodies) else free
        rows.append(entry(name, 2, right, free, places[number], len(data)))
    head = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6, bytes(6)),
        *(0, 1, 1, 0, 4096, end, 0, end, 0, 0),
    ) + struct.pack("<108I", *[free] * 108)
    table = struct.pack(f"<{len(chain)}I", *chain)
    listed = b"".join(rows).ljust(directory * sector, b"\0")
    filled = b"".join(data.ljust(-(-len(data) // sector) * sector, b"\0") for data in bodies)
    return head + table + listed + filled


def _msg() -> bytes:
    def text(words: str) -> bytes:
        return words.encode("utf-16-le")

    return compound(
        {
            "__properties_version1.0": bytes(32),
            "__substg1.0_001A001F": text("IPM.Note"),
            "__substg1.0_0037001F": text("Roof"),
            "__substg1.0_0C1A001F": text("Ada"),
            "__substg1.0_1000001F": text("The offer is here.\n" * 9),
        }
    )


def _locked() -> bytes:
    """A Word file under the password walnut."""
    from msoffcrypto.format.ooxml import OOXMLFile

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(samples.docx())).encrypt("walnut", target)
    return target.getvalue()


def _mbox() -> bytes:
    letter = samples.mail(html_only=True).as_bytes()
    return b"".join(b"From a@b Tue Mar  5 10:15:00 2024\n" + letter + b"\n" for _ in range(3))


def _picture(kind: str) -> bytes:
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(target, kind)
    return target.getvalue()


_XML = (
    b'<?xml version="1.0"?><a:bill xmlns:a="urn:x" no="7"><a:line net="1">Ink</a:line><!--x-->'
    b"</a:bill>"
)
_HTML = (
    b"<html><head><title>Bill</title></head><body><h1>Bill</h1><p style='display:none'>x</p>"
    b"<ul><li>one<li>two</ul><table><tr><th>Item<th>Net<tr><td rowspan=2>Ink<td>7</table></body>"
)
_JSON = {"no": 7, "lines": [{"item": "Ink", "net": 7.5}, {"item": "Paper", "net": None}], "x": "é"}


def seeds() -> dict[str, Seeds]:
    """Small files by reader."""
    pdf = samples.pdf([[(72, 100, "some words of text"), (72, 140, "Total 12.50")], []])
    locked = samples.pdf([[(72, 100, "secret words")]], password="walnut")
    raw = hostile.swollen_pdf(100)
    return {
        "pdf": Seeds("pdf", {"a.pdf": pdf, "b.pdf": locked, "c.pdf": raw}),
        "word": Seeds("zip", {"a.docx": samples.docx()}),
        "slides": Seeds("zip", {"a.pptx": _pptx()}),
        "opendocument": Seeds(
            "zip", {"a.odt": hostile.odt(hostile.ODT.format(_ODT_BODY).encode()), "a.odp": _odp()}
        ),
        "rtf": Seeds("rtf", {"a.rtf": _RTF}),
        "epub": Seeds("zip", {"a.epub": _epub()}),
        "old_office": Seeds("zip", {"a.doc": compound({"WordDocument": b"\xec\xa5" + bytes(900)})}),
        "sheet": Seeds("zip", {"a.xlsx": samples.xlsx(), "a.ods": _ods()}),
        "locked_office": Seeds("zip", {"a.docx": _locked()}),
        "mail": Seeds("mail", {"a.eml": samples.mail().as_bytes()}),
        "outlook": Seeds("zip", {"a.msg": _msg()}),
        "mailbox": Seeds("mail", {"a.mbox": _mbox()}),
        "archive": Seeds(
            "zip", {"a.zip": hostile.zipped({"a.txt": b"words", "b/c.csv": b"a,b\n"})}
        ),
        "html": Seeds("html", {"a.html": _HTML}),
        "markdown": Seeds(
            "text", {"a.md": b"# Lease\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"}
        ),
        "table": Seeds("table", {"a.csv": b'a,b,c\n"1,2",3,4\n5,6,7\n', "a.tsv": b"a\tb\n1\t2\n"}),
        "transcript": Seeds(
            "text", {"a.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>Hello\n\nNOTE x\n"}
        ),
        "json": Seeds(
            "json", {"a.json": json.dumps(_JSON).encode(), "a.jsonl": b'{"a":1}\n{"a":2}\n'}
        ),
        "xml": Seeds("html", {"a.xml": _XML}),
        "text": Seeds("text", {"a.txt": "Grüße aus Köln\n\nTotal: 12 €\n".encode()}),
        "image": Seeds(
            "zip",
            {f"a.{kind.lower()}": _picture(kind) for kind in ("PNG", "JPEG", "TIFF", "GIF", "BMP")},
        ),
    }
