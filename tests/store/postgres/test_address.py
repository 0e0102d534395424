from __future__ import annotations

import pytest

from casework.base.errors import SettingsError
from casework.store.postgres.address import Address, read_address


def test_an_address_is_read_with_what_it_leaves_out() -> None:
    told = read_address("postgresql://ada@db.example.com/work", "secret")
    assert told == Address("db.example.com", 5432, "ada", "work", "casework", password="secret")
    assert str(told) == "postgresql://ada@db.example.com:5432/work?schema=casework"
    assert "secret" not in repr(told)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada@db.example.com:5433/work?schema=claims&sslmode=verify-full",
        "postgresql://%40da@%2Ftmp%2Fsocket:5432/my%20work?schema=claims",
        "postgresql://ada@[::1]:5432/work?schema=casework",
    ],
)
def test_an_address_is_written_as_it_is_read(url: str) -> None:
    assert str(read_address(url)) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://ada:secret@db/work", "password in it"),
        ("mysql://ada@db/work", "no address"),
        ("postgresql:///work", "no address"),
        ("postgresql://ada@db", "no address"),
        ("postgresql://ada@db:port/work", "no address"),
        ("postgresql://ada@db/work?schema=Claims", "schema"),
        ("postgresql://ada@db/work?schema=public", "schema"),
        ("postgresql://ada@db/work?schema=a;drop", "schema"),
        ("postgresql://ada@db/work?sslmode=maybe", "sslmode"),
        ("postgresql://ada@db/work?search_path=x", "search_path"),
    ],
)
def test_what_is_no_address_is_told_without_repeating_a_password(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as told:
        read_address(url)
    assert "secret" not in str(told.value)
    assert told.value.fix
