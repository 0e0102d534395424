"""Who guesses has to wait, the longer the more often it went wrong."""

from __future__ import annotations

import datetime as dt

from casework.governance.tries import FREE, Tries

NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
KEYS = ("both:ada|10.0.0.7", "address:10.0.0.7", "account:ada")


def wrong(tries: Tries, times: int) -> None:
    for _ in range(times):
        tries.wrong(KEYS, NOW)


def test_the_first_tries_are_free() -> None:
    tries = Tries()
    wrong(tries, FREE["both"] - 1)
    assert tries.wait_s(KEYS, NOW) == 0


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    tries = Tries()
    wrong(tries, FREE["both"])
    assert tries.wait_s(KEYS, NOW) == 5
    wrong(tries, 1)
    assert tries.wait_s(KEYS, NOW) == 10
    wrong(tries, 50)
    assert tries.wait_s(KEYS, NOW) == 900


def test_somebody_else_elsewhere_does_not_wait() -> None:
    tries = Tries()
    wrong(tries, FREE["both"])
    other = ("both:bob|10.0.0.8", "address:10.0.0.8", "account:bob")
    assert tries.wait_s(other, NOW) == 0


def test_an_account_is_not_locked_from_another_address_by_a_few_tries() -> None:
    tries = Tries()
    wrong(tries, FREE["both"] + 2)
    assert tries.wait_s(("both:ada|10.0.0.9", "address:10.0.0.9", "account:ada"), NOW) == 0


def test_waiting_and_coming_in_both_help() -> None:
    tries = Tries()
    wrong(tries, FREE["both"])
    assert tries.wait_s(KEYS, NOW + dt.timedelta(seconds=6)) == 0
    tries.right(KEYS)
    assert tries.wait_s(KEYS, NOW) == 0
