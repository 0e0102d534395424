"""Passwords as hashes (argon2id, RFC 9106), and what a password must be. Keeps none of them."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from casework.base.errors import UsageError

LEAST = 12
MOST = 256
"""Letters of a password. The longest bounds what one sign-in can cost."""
_MEMORY_KB = 47_104
_PASSES = 1
"""46 MiB and one pass: the first choice of OWASP's password storage sheet for argon2id."""
_COMMON = ("password", "passwort", "123456", "qwerty", "letmein", "casework", "welcome")


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=_PASSES, memory_cost=_MEMORY_KB, parallelism=1)


def check_password(password: str, *, login: str = "") -> None:
    """Raise `UsageError` for a password that is too short, too long, or the first to be guessed."""
    if not LEAST <= len(password) <= MOST:
        raise UsageError(
            f"A password has {LEAST} to {MOST} letters; this one has {len(password)}.",
            fix="Four words in a row are easy to remember and hard to guess.",
            code="sign_in.weak_password",
        )
    plain = password.casefold()
    guessed = any(word * 2 in plain or plain.strip("0123456789!. ") == word for word in _COMMON)
    if (
        guessed
        or len(set(plain)) < 5
        or (login and plain.strip("0123456789!. ") == login.casefold())
    ):
        raise UsageError(
            "This password is among the first that are guessed.",
            fix="Four words in a row are easy to remember and hard to guess.",
            code="sign_in.weak_password",
        )


def hash_password(password: str) -> str:
    """The hash of a password, with a salt of its own. Takes some 50 ms of CPU."""
    return _hasher().hash(password)


def is_password(password: str, hashed: str) -> bool:
    """Whether it is the password of this hash. Without a hash it takes as long and is none, so that
    nobody can tell by the clock whether there is an account."""
    try:
        _hasher().verify(hashed or _nobody(), password[: MOST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(hashed)


def is_outdated(hashed: str) -> bool:
    """Whether a hash was made with settings that are no longer ours."""
    return _hasher().check_needs_rehash(hashed)


@cache
def _nobody() -> str:
    return hash_password("nobody has this password")
