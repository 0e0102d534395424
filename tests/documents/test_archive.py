"""Archives: what is in them, what became of it, and how little harm a hostile one can do."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import tracemalloc
import zipfile
import zlib

import pytest

from casework.documents.packed.member_names import distinct, safe_path
from casework.documents.packed.names import zip_names
from casework.documents.reading import Limits, Member
from tests.documents.samples import document, read


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def _tar(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return target.getvalue()


_FILES = {"letters/a.txt": b"Total 12 EUR", "b.csv": b"a;b;c\n1;2;3\n", "empty.txt": b""}


def test_a_zip_lists_its_files_which_become_members_with_their_folders() -> None:
    parsed = read(_zip(_FILES), "claim.zip")
    found = parsed.document
    assert (found.state, found.media_type) == ("read", "application/zip")
    assert [(m.name, m.data) for m in parsed.members] == [
        ("letters/a.txt", b"Total 12 EUR"),
        ("b.csv", b"a;b;c\n1;2;3\n"),
    ]
    text = found.pages[0].text
    assert "Contents of claim.zip" in text
    assert "letters/a.txt\t12 bytes\ta document of this case" in text
    assert "empty.txt\t0 bytes\tempty" in text
    assert found.tables[0].header_rows == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.tar", _tar(_FILES)),
        ("a.tgz", gzip.compress(_tar(_FILES))),
        ("a.tar.bz2", bz2.compress(_tar(_FILES))),
        ("a.tar.xz", lzma.compress(_tar(_FILES))),
    ],
)
def test_tar_archives_are_read_plain_and_packed(name: str, data: bytes) -> None:
    parsed = read(data, name)
    assert [member.name for member in parsed.members] == ["letters/a.txt", "b.csv"]
    assert parsed.document.notes == (
        "Not read from the archive (left out: a link or device): link.",
    )


def test_a_single_packed_file_is_unpacked_under_its_name() -> None:
    (member,) = read(gzip.compress(b"Total 12 EUR"), "letter.txt.gz").members
    assert (member.name, member.data) == ("letter.txt", b"Total 12 EUR")


def test_a_text_that_begins_like_a_packed_file_stays_a_text() -> None:
    assert document(b"BZh is how bzip2 files begin.", "a.txt").reader == "text"


@pytest.mark.parametrize("magic", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"])
def test_archives_that_cannot_be_read_say_what_to_do(magic: bytes) -> None:
    found = document(magic + bytes(200), "a.zip")
    assert found.state == "unsupported"
    assert "Unpack it" in found.reason


def test_names_lead_nowhere_and_stay_apart() -> None:
    for path in ("../../etc/passwd", "/etc/passwd", "C:\\..\\etc\\passwd", "etc//./passwd"):
        assert safe_path(path) == "etc/passwd"
    assert safe_path("..") == "file"
    names = [m.name for m in distinct(Member("a.txt", bytes([n])) for n in range(3))]
    assert names == ["a.txt", "a (2).txt", "a (3).txt"]
    again = [
        m.name for m in distinct(Member(n, b"") for n in ("a", "a (2)", "a", "x.y/a", "x.y/a"))
    ]
    assert len(set(again)) == 5


def test_what_systems_leave_behind_and_hidden_files_are_no_documents() -> None:
    files = dict.fromkeys(("__MACOSX/._a.txt", ".DS_Store", "x/Thumbs.db", ".git/x", "a.txt"), b"x")
    parsed = read(_zip(files), "a.zip")
    assert [member.name for member in parsed.members] == ["a.txt"]
    assert parsed.document.notes == (
        "Not read from the archive (left out: a hidden file): .git/x.",
    )
    assert "3 files that systems leave behind" in parsed.document.pages[0].text


def test_names_of_old_programs_are_read_in_the_encoding_that_fits() -> None:
    def named(raw: bytes) -> str:
        data = bytearray(_zip({"x" * len(raw): b"hello"}))
        data = data.replace(b"x" * len(raw), raw)
        with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
            return zip_names(archive.infolist())[0]

    assert named("Müller.txt".encode("cp437")) == "Müller.txt"
    assert named("Müller.txt".encode()) == "Müller.txt"
    assert named("请求书和发票文件.txt".encode("gb18030")) == "请求书和发票文件.txt"


def test_a_protected_zip_opens_with_its_password_alone() -> None:
    # made by Info-ZIP: zip -P walnut; stored, traditional encryption
    data = _encrypted(b"Total 12 EUR, to be paid in March.", "walnut")
    assert document(data, "a.zip").state == "password"
    assert "Give the password" in document(data, "a.zip").reason
    assert "casework" not in document(data, "a.zip").reason
    assert "does not open" in read(data, "a.zip", password="wrong").document.reason
    (member,) = read(data, "a.zip", password="walnut").members
    assert member.data == b"Total 12 EUR, to be paid in March."


def _encrypted(plain: bytes, password: str) -> bytes:
    """A zip with one stored file under the encryption of PKZIP 2.0, which Python only reads."""
    table = zlib.crc32
    keys = [0x12345678, 0x23456789, 0x34567890]

    def crc(value: int, byte: int) -> int:
        return ~table(bytes([byte]), ~value & 0xFFFFFFFF) & 0xFFFFFFFF

    def update(byte: int) -> None:
        keys[0] = crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = crc(keys[2], keys[1] >> 24)

    for byte in password.encode():
        update(byte)
    check = zlib.crc32(plain)
    sealed = bytearray()
    for byte in bytes(11) + bytes([check >> 24]) + plain:
        mask = (keys[2] & 0xFFFF) | 2
        sealed.append(byte ^ ((mask * (mask ^ 1)) >> 8 & 0xFF))
        update(byte)
    name = b"letter.txt"
    about = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0, 0, check, len(sealed), len(plain), len(name), 0)
    local = b"PK\x03\x04" + about + name + bytes(sealed)
    central = b"PK\x01\x02" + struct.pack("<H", 20) + about + struct.pack("<HHHII", 0, 0, 0, 0, 0)
    central += name
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def test_aes_is_named_as_what_cannot_be_opened() -> None:
    data = bytearray(_encrypted(b"x" * 20, "walnut"))
    for at in (8, data.index(b"PK\x01\x02") + 10):
        data[at : at + 2] = struct.pack("<H", 99)
    found = read(bytes(data), "a.zip", password="walnut").document
    assert "AES" in found.notes[0]


def test_a_zip_that_was_cut_off_gives_what_is_left_of_it() -> None:
    whole = _zip({f"{n}.txt": b"Total %d EUR " % n * 50 for n in range(5)})
    cut = whole[: whole.index(b"4.txt") + 20]
    parsed = read(cut, "a.zip")
    assert [member.name for member in parsed.members] == ["0.txt", "1.txt", "2.txt", "3.txt"]
    assert parsed.members[2].data == b"Total 2 EUR " * 50
    assert "cut off or damaged" in parsed.document.notes[0]
    assert "4.txt" in parsed.document.notes[1]
    assert document(b"PK\x03\x04 cut off", "a.zip").state == "broken"


def test_a_damaged_file_in_a_zip_costs_only_itself() -> None:
    data = bytearray(_zip({"a.txt": b"Total 12 EUR", "b.txt": b"fine"}, zipfile.ZIP_STORED))
    at = data.index(b"Total")
    data[at] ^= 0xFF
    parsed = read(bytes(data), "a.zip")
    assert [member.name for member in parsed.members] == ["b.txt"]
    assert "damaged" in parsed.document.notes[0]


def test_a_bomb_is_named_and_never_unpacked() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("bomb.txt", "w") as stream:
            for _ in range(300):
                stream.write(bytes(1 << 20))
        archive.writestr("a.txt", "Total 12 EUR")
    data = target.getvalue()
    tracemalloc.start()
    try:
        parsed = read(data, "a.zip")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [member.name for member in parsed.members] == ["a.txt"]
    assert peak < 16 << 20


def test_a_size_that_is_claimed_wrongly_does_not_pass_the_limit() -> None:
    data = bytearray(_zip({"a.txt": bytes(3_000_000)}))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10)
    parsed = read(bytes(data), "a.zip", Limits(file_bytes=1_000_000))
    assert parsed.members == () or len(parsed.members[0].data) <= 1_000_000


def test_a_packed_bomb_ends_at_the_limit() -> None:
    packed = gzip.compress(bytes(40_000_000))
    limits = Limits(file_bytes=5_000_000, member_bytes=5_000_000, packed=10)
    parsed = read(packed, "a.txt.gz", limits)
    assert parsed.members == ()
    assert parsed.document.notes


def test_files_over_the_limit_are_named() -> None:
    files = {f"{n}.txt": b"x%d" % n for n in range(20)}
    parsed = read(_zip(files), "a.zip", Limits(packed=15))
    assert len(parsed.members) == 15
    assert parsed.document.notes == (
        "Not read from the archive (left out: more than 15 files): 15.txt, 16.txt, 17.txt, 18.txt,"
        " 19.txt.",
    )


def test_an_archive_with_many_more_files_than_attachments_is_read_whole() -> None:
    parsed = read(_zip({f"{n}.txt": b"x%d" % n for n in range(400)}), "a.zip")
    assert len(parsed.members) == 400
    assert parsed.document.notes == ()


def test_a_file_without_a_name_is_passed_over() -> None:
    data = _zip({"x": b"one", "b.txt": b"two"})
    data = data.replace(b"PK\x01\x02", b"PK\x01\x02", 1)
    at = data.index(b"PK\x01\x02")
    central = bytearray(data[at : data.index(b"PK\x05\x06")])
    central[28:30] = b"\0\0"
    central[30:32] = b"\1\0"  # its name is taken for an extra field
    found = document(data[:at] + bytes(central) + data[data.index(b"PK\x05\x06") :], "a.zip")
    assert found.state == "read" or found.reason
    assert "unusual" not in found.reason


def test_an_empty_archive_says_so() -> None:
    assert document(_zip({}), "a.zip").state == "empty"


def test_hostile_tails_and_heads_end_in_pages_or_a_reason() -> None:
    whole = _zip(_FILES)
    for at in range(0, len(whole), 3):
        broken = bytearray(whole)
        broken[at] ^= 0x5A
        found = document(bytes(broken), "a.zip")
        assert found.state == "read" or found.reason
    packed = gzip.compress(_tar(_FILES))
    for cut in range(20, len(packed), 9):
        found = document(packed[:cut], "a.tgz")
        assert found.state == "read" or found.reason


def test_a_large_zip_that_was_cut_off_is_saved_whatever_its_bytes_spell() -> None:
    files = {f"{n}.bin": bytes([n % 256, n // 256]) * 20 + b" xl/ ppt/ word/" for n in range(3_000)}
    whole = _zip(files, zipfile.ZIP_STORED)
    cut = whole[: whole.index(b"2999.bin")]
    assert len(read(cut, "a.zip", limits=Limits(seconds=20)).members) == 2_999
