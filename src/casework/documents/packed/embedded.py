"""Files that travel inside an Office document, and its pictures, as members.

What stands behind a chart is not taken: the chart shows it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from io import BytesIO

from casework.documents.packed.package import Package, Relation
from casework.documents.reading import Member

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_READABLE_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")


def embedded(package: Package, relations: dict[str, Relation]) -> Iterator[Member]:
    """The files that a part holds as objects; those that cannot be taken out are left."""
    targets = [
        each.target
        for each in relations.values()
        if each.kind in ("package", "oleObject", "aFChunk") and not each.external
    ]
    for target in dict.fromkeys(targets):
        data = package.read(target)
        if data is None:
            continue
        name = posixpath.basename(target)
        if data.startswith(_OLE2):
            yield from _from_ole(data, name)
        else:
            yield Member(name, data)


def pictures(package: Package, relations: dict[str, Relation]) -> Iterator[Member]:
    """The pictures that a part shows, for a document that holds nothing else."""
    for each in relations.values():
        if each.kind == "image" and each.target.lower().endswith(_READABLE_PICTURES):
            data = package.read(each.target) if not each.external else None
            if data:
                yield Member(posixpath.basename(each.target), data)


def _from_ole(data: bytes, name: str) -> Iterator[Member]:
    """The file in an OLE object: a package of its own, an old document, or bytes with a name."""
    import olefile

    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            if ole.exists("Package"):
                yield Member(name, ole.openstream("Package").read())
            elif ole.exists("\x01Ole10Native"):
                found = _native(ole.openstream("\x01Ole10Native").read())
                if found is not None:
                    yield found
            elif any(ole.exists(each) for each in ("WordDocument", "Workbook", "Book")):
                yield Member(name, data)
            elif ole.exists("CONTENTS"):
                yield Member(name, ole.openstream("CONTENTS").read())
    except Exception:  # noqa: BLE001 - a damaged object costs the object alone
        return


def _native(data: bytes) -> Member | None:
    """The file in an `Ole10Native` stream ([MS-OLEDS] 2.3.6, as packagers write it): size, flags,
    name, path, flags, the length of a second path, that path, size, bytes."""
    at = 6
    name, at = _text(data, at)
    _, at = _text(data, at)
    at += 4
    skipped = int.from_bytes(data[at : at + 4], "little")
    at += 4 + skipped
    size = int.from_bytes(data[at : at + 4], "little")
    content = data[at + 4 : at + 4 + size]
    if not name or not size or len(content) != size:
        return None
    return Member(name.replace("\\", "/").rpartition("/")[2][-150:], content)


def _text(data: bytes, at: int) -> tuple[str, int]:
    end = data.index(b"\0", at)
    return data[at:end].decode("cp1252", "replace"), end + 1
