"""E-books: chapters in their order, titles, locks of sellers, damage."""

from __future__ import annotations

import io
import zipfile

from tests.documents.samples import document, places

_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
    'full-path="OPS/book.opf"/></rootfiles></container>'
)
_BOOK = (
    '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Whale</dc:title><dc:creator>H. M.'
    '</dc:creator></metadata><manifest><item id="nav" href="nav.xhtml" properties="nav" '
    'media-type="application/xhtml+xml"/><item id="a" href="text/a.xhtml" '
    'media-type="application/xhtml+xml"/><item id="b" href="text/b%20b.xhtml" '
    'media-type="application/xhtml+xml"/><item id="c" href="gone.xhtml" '
    'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="b"/>'
    '<itemref idref="a"/><itemref idref="c"/></spine></package>'
)
_NAV = (
    '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol><li><a href="text/a.xhtml">Loomings'
    '</a></li><li><a href="text/b%20b.xhtml#x">Preface</a></li></ol></nav></body></html>'
)


def _epub(**more: str) -> bytes:
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": _CONTAINER,
        "OPS/book.opf": _BOOK,
        "OPS/nav.xhtml": _NAV,
        "OPS/text/a.xhtml": "<html><body><p>Call me Ishmael.</p></body></html>",
        "OPS/text/b b.xhtml": "<html><body><h1>Preface</h1><p>Thanks.</p></body></html>",
        **{name.replace("__", "/").replace("_xml", ".xml"): text for name, text in more.items()},
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, text in files.items():
            made.writestr(name, text)
    return target.getvalue()


def test_chapters_are_read_in_the_order_of_the_book() -> None:
    found = document(_epub(), "whale.epub")
    assert [page.text for page in found.pages] == [
        "Preface\n\nThanks.",
        "Loomings\n\nCall me Ishmael.",
    ]
    assert [page.label for page in found.pages] == ["Preface", "Loomings"]
    assert places(found.pages[1])["chapter 2, paragraph 1"] == "Call me Ishmael."
    assert found.pages[1].blocks[0].kind == "heading"
    assert found.facts == {"title": "Whale", "author": "H. M."}
    assert "OPS/gone.xhtml" in found.notes[0]


def test_a_book_that_its_seller_locked_says_so() -> None:
    lock = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><EncryptedData>'
        '<EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    )
    locked = _epub(**{"META-INF__encryption_xml": lock.format("http://www.w3.org/2001/04/xmlenc#")})
    found = document(locked, "whale.epub")
    assert found.state == "unsupported"
    assert "DRM" in found.reason
    fonts = lock.format("http://www.idpf.org/2008/embedding")
    assert document(_epub(**{"META-INF__encryption_xml": fonts}), "whale.epub").state == "read"


def test_a_book_without_a_list_of_chapters_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", "application/epub+zip")
    assert document(target.getvalue(), "x.epub").state == "broken"
