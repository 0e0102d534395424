"""Passwords are kept as hashes, and the first to be guessed are refused."""

from __future__ import annotations

import pytest

from casework.base.errors import UsageError
from casework.governance.passwords import check_password, hash_password, is_outdated, is_password

GOOD = "four words in a row"


def test_a_password_fits_its_hash_alone() -> None:
    hashed = hash_password(GOOD)
    assert hashed.startswith("$argon2id$")
    assert GOOD not in hashed
    assert is_password(GOOD, hashed)
    assert not is_password(GOOD + "!", hashed)
    assert not is_outdated(hashed)


def test_the_same_password_has_another_hash_each_time() -> None:
    assert hash_password(GOOD) != hash_password(GOOD)


@pytest.mark.parametrize("hashed", ["", "nonsense"])
def test_without_a_hash_nothing_is_the_password(hashed: str) -> None:
    assert not is_password(GOOD, hashed)
    assert not is_password("nobody has this password", hashed)


@pytest.mark.parametrize(
    "password", ["short", "passwordpassword", "aaaaaaaaaaaaaaaa", "ada.lovelace12", "x" * 257]
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(UsageError, match="password"):
        check_password(password, login="ada.lovelace")


def test_a_long_password_is_taken() -> None:
    check_password(GOOD, login="ada")
