"""Secrets that are given out once: of each only a digest is kept. Knows nobody."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

KEY_PREFIX = "ck_"
"""How every key of a program begins, so that scanners for secrets find it."""
_BYTES = 32
_SHOWN = 8


def new_token() -> str:
    """A token of 256 bits, as it stands in a cookie or an address."""
    return secrets.token_urlsafe(_BYTES)


def new_key() -> str:
    """A key of a program."""
    return KEY_PREFIX + new_token()


def shown(key: str) -> str:
    """The beginning of a key, by which people tell it from others."""
    return key[: len(KEY_PREFIX) + _SHOWN]


def token_digest(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so that a plain digest is enough."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def csrf_of(token: str) -> str:
    """The word that goes along with the requests of a session, and tells nothing of its token."""
    return hmac.new(token.encode("utf-8", "replace"), b"csrf", sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
