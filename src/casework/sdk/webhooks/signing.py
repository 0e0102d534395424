"""Signatures of what webhooks are told, as Standard Webhooks 1.0.0 has them (HMAC-SHA256), so that
a receiver checks them with any of its libraries.

    verify(secret, headers, body)   # raises ValueError
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence

PREFIX = "whsec_"
_BYTES = 32
_VERSION = "v1"
TOLERANCE_S = 300.0
"""A telling whose time is further away than this is refused: it may be an old one sent again."""


def new_secret() -> str:
    """A secret that nobody knows yet."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def sign(known: Sequence[str], id: str, at_s: int, body: bytes) -> dict[str, str]:
    """The headers of a telling, signed with each of these secrets."""
    marks = [f"{_VERSION},{_mark(secret, id, at_s, body)}" for secret in known]
    return {
        "webhook-id": id,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(marks),
    }


def verify(
    secret: str, headers: Mapping[str, str], body: bytes, *, now_s: float | None = None
) -> None:
    """Raise `ValueError` with the reason when a telling is not from whoever knows the secret."""
    lower = {name.lower(): value for name, value in headers.items()}
    id, told = lower.get("webhook-id", ""), lower.get("webhook-timestamp", "")
    if not id or not told.isdigit():
        raise ValueError("webhook-id or webhook-timestamp is missing")
    if abs((time.time() if now_s is None else now_s) - int(told)) > TOLERANCE_S:
        raise ValueError("the telling is too old, or from the future")
    wanted = _mark(secret, id, int(told), body)
    for part in lower.get("webhook-signature", "").split():
        version, _, mark = part.partition(",")
        if version == _VERSION and hmac.compare_digest(mark.encode(), wanted.encode()):
            return
    raise ValueError("no signature fits")


def _mark(secret: str, id: str, at_s: int, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("the secret is not base64") from error
    told = f"{id}.{at_s}.".encode() + body
    return base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
