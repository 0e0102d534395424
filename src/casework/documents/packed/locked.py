"""Office files under a password: opened with it where `msoffcrypto-tool` (extra `passwords`) is
installed, else refused with what would change that."""

from __future__ import annotations

import io

from casework.base.errors import DocumentError
from casework.documents.reading import Source

_EXTRA = "pip install 'casework[passwords]'"
_USUAL = "VelvetSweatshop"
"""The password that Excel itself uses for workbooks that are locked only against changes."""


def unlocked(source: Source, what: str) -> bytes:
    """The bytes of the file without its password. Raises `DocumentError`, state `password`."""
    try:
        import msoffcrypto
    except ImportError as error:
        raise _refused(
            f"The {what} is protected by a password.",
            f"Install what opens it ({_EXTRA}) and give its password, or save a copy without it.",
        ) from error
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(source.data))
    except Exception as error:
        raise DocumentError(
            f"The {what} is protected by a password, in a way that is not understood here.",
            state="password",
            fix="Save a copy without the password and add that.",
        ) from error
    for password in filter(None, (source.password, _USUAL)):
        target = io.BytesIO()
        try:
            file.load_key(password=password)
            file.decrypt(target)
        except Exception:  # noqa: BLE001 - a wrong password shows as any error at all
            continue
        if target.getvalue():
            return target.getvalue()
    if source.password:
        raise _refused(f"The password does not open the {what}.", "Give the right one.")
    raise _refused(
        f"The {what} is protected by a password.",
        "Give its password, or save a copy without it and add that.",
    )


def _refused(what: str, fix: str) -> DocumentError:
    return DocumentError(what, state="password", fix=fix)
