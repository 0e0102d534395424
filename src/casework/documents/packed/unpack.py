"""Zip files that may be hostile: what they claim is checked before anything is unpacked, and no
more is unpacked than was asked for, whatever they claim. Knows no format inside of them."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from casework.base.errors import DocumentError
from casework.documents.reading import Limits, Source, too_large

_CHUNK: Final = 1 << 20
_RATIO_FROM: Final = 50 << 20
"""Below so many bytes unpacked, their ratio to the packed ones harms nobody."""
_SLACK: Final = 1 << 16
"""By so much entries may seem to be longer than the file: damage, not an attack."""
_BROKEN_FIX: Final = "Save it anew from the program that made it."


def open_zip(source: Source) -> zipfile.ZipFile:
    """The archive, when its claims are within the limits. Raises `DocumentError`."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
    except Exception as error:
        raise DocumentError(
            "The file is damaged: the archive that it is does not open.", fix=_BROKEN_FIX
        ) from error
    check_entries(archive, len(source.data), source.limits)
    return archive


def check_entries(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    """Raise `DocumentError` when the `size` bytes of an archive claim to unpack to more than is
    allowed, or when entries lie over each other, as those of bombs do."""
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise too_large(
            f"The file is packed from {len(entries):,} files; {limits.entries:,} are allowed."
        )
    inflated = sum(entry.file_size for entry in entries)
    if inflated > limits.inflated_bytes:
        raise too_large(
            f"The file unpacks to {inflated / 1e6:,.0f} MB; "
            f"{limits.inflated_bytes / 1e6:,.0f} MB are allowed."
        )
    if inflated > _RATIO_FROM and inflated > limits.ratio * size:
        raise too_large(
            f"The file unpacks to {inflated // max(size, 1):,} times its size; "
            f"{limits.ratio:,} times are allowed."
        )
    packed = sum(entry.compress_size for entry in entries)
    if packed > size + _SLACK and inflated > _RATIO_FROM:
        raise too_large("The files in it lie over each other, so that it unpacks to many times.")


def read_entry(archive: zipfile.ZipFile, name: str, *, most: int) -> bytes:
    """The bytes of an entry. Raises `DocumentError` when it is damaged, locked or has more than
    `most` of them, and `KeyError` when there is none of that name."""
    entry = archive.getinfo(name)
    parts: list[bytes] = []
    left = most
    try:
        with archive.open(entry) as packed:
            while part := packed.read(min(_CHUNK, left + 1)):
                left -= len(part)
                if left < 0:
                    raise too_large(f"{name} in the file unpacks to more than {most:,} bytes.")
                parts.append(part)
    except DocumentError:
        raise
    except RuntimeError as error:  # how zipfile says that a password is wanted
        raise DocumentError(
            "The file is protected by a password.",
            state="password",
            fix="Save a copy without it and add that.",
        ) from error
    except Exception as error:
        raise DocumentError(
            f"The file is damaged: {name} in it cannot be unpacked.", fix=_BROKEN_FIX
        ) from error
    return b"".join(parts)
