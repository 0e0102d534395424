"""Where the secrets of webhooks are kept: in the file of keys of this user, never in a workspace.

While a secret is changed the old one signs as well, for a day: `whsec_… until` a stamp.
"""

from __future__ import annotations

import datetime as dt

from casework.base.clock import Clock, stamp
from casework.base.errors import DiskError
from casework.base.keys import find_keys, write_key
from casework.sdk.webhooks.signing import new_secret

BOTH_FOR = dt.timedelta(days=1)
_UNTIL = " until "


def secrets_of(webhook: str, clock: Clock) -> tuple[str, ...]:
    """The secrets that sign what a webhook is told now, the newest first; none where this machine
    does not know them."""
    now, found = stamp(clock.now()), []
    for told in find_keys(_name(webhook), ""):
        secret, _, until = told.partition(_UNTIL)
        if not until or until > now:
            found.append(secret)
    return tuple(found)


def make_secret(webhook: str, clock: Clock) -> str:
    """Another secret for a webhook, which is given back; the one before signs for a day more."""
    secret = new_secret()
    until = stamp(clock.now() + BOTH_FOR)
    old = [f"{one}{_UNTIL}{until}" for one in secrets_of(webhook, clock)[:1]]
    _write(webhook, [secret, *old])
    return secret


def drop_secrets(webhook: str) -> None:
    """Forget the secrets of a webhook that is no more."""
    _write(webhook, [])


def _write(webhook: str, secrets: list[str]) -> None:
    try:
        write_key(_name(webhook), secrets or "")
    except OSError as error:
        raise DiskError(
            f"The secret cannot be kept: {error.strerror}.",
            fix="Let this user write the file of keys (casework settings shows where it is).",
        ) from error


def _name(webhook: str) -> str:
    return f"webhook-{webhook}"
