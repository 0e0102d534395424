"""Outlook's .msg files (MS-OXMSG): a tree of storages → messages with their MAPI properties.

Reads Unicode and ANSI variants. Knows which streams hold what, and nothing of mails or pages.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from casework.base.errors import DocumentError

if TYPE_CHECKING:
    from olefile import OleFileIO

_PROPERTIES: Final = "__properties_version1.0"
_VALUE: Final = "__substg1.0_"
_ATTACHMENT: Final = "__attach_version1.0_"
_RECIPIENT: Final = "__recip_version1.0_"
_EMBEDDED: Final = "__substg1.0_3701000D"
_UNICODE: Final = 0x001F
_ANSI: Final = 0x001E
_TIME: Final = 0x0040
_INTEGERS: Final = {0x0002: "<h", 0x0003: "<i", 0x000B: "<?", 0x0014: "<q"}
_HEAD_BYTES: Final = {"top": 32, "embedded": 24, "part": 8}
_ROW: Final = 16
_EPOCH: Final = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
_CODEPAGES: Final = {
    65001: "utf-8",
    20127: "ascii",
    28591: "latin-1",
    20866: "koi8-r",
    65000: "utf-7",
}
_MOST_PARTS: Final = 2_000
_STREAM: Final = 2

CODEPAGE: Final = 0x3FFD
INTERNET_CODEPAGE: Final = 0x3FDE

Value = str | bytes | int | dt.datetime


@dataclass(slots=True)
class Item:
    """A message, a recipient or an attachment: its properties by number, and what is in it.

    `storage` is its path in the file; `embedded` the path of a message or object inside an
    attachment ('' for none).
    """

    storage: tuple[str, ...]
    values: dict[int, Value] = field(default_factory=dict)
    recipients: list[Item] = field(default_factory=list)
    attachments: list[Item] = field(default_factory=list)
    embedded: tuple[str, ...] = ()

    def text(self, *numbers: int) -> str:
        """The first of these properties that is a text and says something, else ''."""
        found = (self.values.get(number) for number in numbers)
        return next((each for each in found if isinstance(each, str) and each.strip()), "")

    def data(self, number: int) -> bytes:
        """A property of bytes, b'' when there is none."""
        value = self.values.get(number)
        return value if isinstance(value, bytes) else b""

    def number(self, number: int, default: int = 0) -> int:
        """A property that is a number."""
        value = self.values.get(number)
        return value if isinstance(value, int) else default

    def time(self, *numbers: int) -> dt.datetime | None:
        """The first of these properties that is a time, in UTC."""
        found = (self.values.get(number) for number in numbers)
        return next((each for each in found if isinstance(each, dt.datetime)), None)


class Msg:
    """The file as a tree of storages and streams. Belongs to a `with`."""

    def __init__(self, ole: OleFileIO) -> None:
        self._ole = ole
        found: dict[tuple[str, ...], set[str]] = {}
        for entry in ole.listdir(streams=True, storages=True):
            for depth in range(len(entry)):
                found.setdefault(tuple(entry[:depth]), set()).add(entry[depth])
        self._children = {path: sorted(names) for path, names in found.items()}

    def __enter__(self) -> Msg:
        return self

    def __exit__(self, *_: object) -> None:
        self._ole.close()

    def children(self, storage: tuple[str, ...]) -> list[str]:
        """The names of what lies directly in a storage, in the order of their numbers."""
        return self._children.get(storage, [])

    def holds(self, storage: tuple[str, ...], name: str) -> bool:
        """Whether something of this name lies directly in a storage."""
        return name in self.children(storage)

    def stream(self, path: tuple[str, ...]) -> bytes:
        """The bytes of a stream, b'' when it is missing or damaged."""
        try:
            if self._ole.get_type(list(path)) != _STREAM:
                return b""
            with self._ole.openstream(list(path)) as stream:
                data: bytes = stream.read()
                return data
        except Exception:  # noqa: BLE001 - a damaged file can raise anything
            return b""


def open_msg(data: bytes) -> Msg:
    """The file as a tree. Raises `DocumentError` when it is damaged."""
    import olefile

    try:
        return Msg(olefile.OleFileIO(io.BytesIO(data)))
    except Exception as error:
        raise DocumentError(
            "The Outlook message is damaged.",
            fix="Save it anew from Outlook, or drag it into a folder as .eml.",
        ) from error


def read_item(msg: Msg, storage: tuple[str, ...] = (), level: str = "") -> Item:
    """The message in a storage, () for the one that the file is."""
    level = level or ("embedded" if storage else "top")
    item = Item(storage)
    entries = msg.children(storage)
    codepage = _fixed(msg, item, level)
    for name in entries:
        if name.startswith(_VALUE) and len(name) >= len(_VALUE) + 8 and "-" not in name:
            _read_value(msg, item, name, codepage)
    if level != "part":
        for name in entries[:_MOST_PARTS]:
            if name.startswith(_RECIPIENT):
                item.recipients.append(read_item(msg, (*storage, name), "part"))
            elif name.startswith(_ATTACHMENT):
                part = read_item(msg, (*storage, name), "part")
                if msg.holds((*storage, name), _EMBEDDED):
                    part.embedded = (*storage, name, _EMBEDDED)
                item.attachments.append(part)
    return item


def _fixed(msg: Msg, item: Item, level: str) -> str:
    """Read the properties of fixed length; the encoding of texts in one-byte letters."""
    data = msg.stream((*item.storage, _PROPERTIES))
    for at in range(_HEAD_BYTES[level], len(data) - _ROW + 1, _ROW):
        tag, _, value = struct.unpack_from("<II8s", data, at)
        kind, number = tag & 0xFFFF, tag >> 16
        if kind in _INTEGERS:
            form = _INTEGERS[kind]
            item.values[number] = int(struct.unpack_from(form, value)[0])
        elif kind == _TIME:
            moment = _moment(struct.unpack("<Q", value)[0])
            if moment is not None:
                item.values[number] = moment
    return encoding_of(item.number(CODEPAGE) or item.number(INTERNET_CODEPAGE))


def encoding_of(codepage: int) -> str:
    """The name of a code page, cp1252 for one that nobody knows."""
    import codecs

    name = _CODEPAGES.get(codepage, f"cp{codepage}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _moment(ticks: int) -> dt.datetime | None:
    try:
        return _EPOCH + dt.timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None


def _read_value(msg: Msg, item: Item, name: str, codepage: str) -> None:
    try:
        tag = int(name[len(_VALUE) : len(_VALUE) + 8], 16)
    except ValueError:
        return
    kind, number = tag & 0xFFFF, tag >> 16
    if number == 0x3701 and kind == 0x000D:
        return  # a message or object in its own storage
    data = msg.stream((*item.storage, name))
    if kind == _UNICODE:
        item.values[number] = data.decode("utf-16-le", "replace").rstrip("\0")
    elif kind == _ANSI:
        text = data.decode(codepage, "replace").rstrip("\0")
        item.values.setdefault(number, text)
    elif data:
        item.values.setdefault(number, data)
