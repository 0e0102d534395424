"""The webhooks of a workspace: made, changed, tried, and what they were told. `deliver` tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from casework.base.clock import stamp
from casework.base.errors import ConflictError, NotFoundError, RightsError, UsageError
from casework.base.ids import uuid7
from casework.sdk.action import action
from casework.sdk.outside import check_outside
from casework.sdk.webhooks.delivering import Delivered, Deliverer, OnTold, deliver_once
from casework.sdk.webhooks.keeping import drop_secrets, make_secret, secrets_of
from casework.sdk.webhooks.sending import Pace
from casework.sdk.webhooks.telling import Sheets
from casework.sdk.wire import House
from casework.store.readers import reader_groups
from casework.types.webhook import (
    HAPPENINGS,
    SETTLED,
    Delivery,
    Filter,
    Include,
    Webhook,
)

_LONGEST_URL = 2_000
EVERYTHING = "everything"
"""Instead of groups: a webhook that may be told of every document."""


@dataclass(frozen=True, slots=True)
class WebhookMade:
    """A webhook with its secret, which is shown this once."""

    webhook: Webhook
    secret: str = field(repr=False)


class Webhooks:
    """The addresses that are told of what happens in one workspace."""

    def __init__(self, house: House, sheets: Sheets) -> None:
        self._house = house
        self._sheets = sheets

    @action("manage", noted=False)
    async def all(self) -> list[Webhook]:
        """All of them, oldest first."""
        return await self._house.store.webhooks.all()

    @action("manage", noted=False)
    async def get(self, webhook: str) -> Webhook:
        """The one of this id."""
        return await self._house.store.webhooks.get(webhook)

    @action("manage")
    async def add(
        self,
        url: str,
        *,
        filter: Filter | None = None,
        include: Include = "nothing",
        readers: Sequence[str] = (),
        note: str = "",
    ) -> WebhookMade:
        """Tell an address from now on. `readers` are groups whose documents it may be told of
        beside those that everybody may read, or `everything`; nobody gives away more than they may
        read. With `include` `values` names and values are told as well, else ids and states. Raises
        `BorderError` for an address in here that nobody configured (setting `outside.private`)."""
        told = Webhook(
            uuid7(),
            self._checked(url),
            _checked(filter or Filter()),
            include,
            self._readers(readers),
            note.strip(),
            self._house.who(),
            stamp(self._house.clock.now()),
        )
        secret = make_secret(told.id, self._house.clock)
        await self._house.store.webhooks.add(told)
        return WebhookMade(told, secret)

    @action("manage", on="webhook")
    async def change(
        self,
        webhook: str,
        *,
        url: str | None = None,
        filter: Filter | None = None,
        include: Include | None = None,
        readers: Sequence[str] | None = None,
        note: str | None = None,
        paused: bool | None = None,
        version: int | None = None,
    ) -> Webhook:
        """Change what is named of one; a `version` that is no longer its own is a conflict."""
        old = await self._house.store.webhooks.get(webhook)
        why = old.paused or f"Paused by {self._house.who()}."
        new = replace(
            old,
            url=old.url if url is None else self._checked(url),
            filter=old.filter if filter is None else _checked(filter),
            include=include or old.include,
            readers=old.readers if readers is None else self._readers(readers),
            note=old.note if note is None else note.strip(),
            paused=old.paused if paused is None else why if paused else "",
            version=old.version if version is None else version,
        )
        if not await self._house.store.webhooks.change(new):
            raise ConflictError(
                "The webhook was changed meanwhile.",
                fix="Look at it again, then change it.",
                code="webhook.changed",
            )
        return await self._house.store.webhooks.get(webhook)

    @action("manage", on="webhook")
    async def remove(self, webhook: str) -> None:
        """Tell it nothing any more; its secret is forgotten."""
        await self._house.store.webhooks.get(webhook)
        await self._house.store.webhooks.remove(webhook)
        drop_secrets(webhook)

    @action("manage", on="webhook")
    async def rotate(self, webhook: str) -> WebhookMade:
        """Give it another secret; the one before signs for a day more."""
        known = await self._house.store.webhooks.get(webhook)
        return WebhookMade(known, make_secret(known.id, self._house.clock))

    @action("manage", noted=False)
    async def signed_here(self, webhook: str) -> bool:
        """Whether this machine knows its secret, and so can tell it anything."""
        return bool(secrets_of(webhook, self._house.clock))

    @action("manage", noted=False)
    async def deliveries(
        self, webhook: str, *, state: str = "", before: str = "", limit: int = 50
    ) -> list[Delivery]:
        """What it is told, newest first, and what became of each; those before the one of an id."""
        await self._house.store.webhooks.get(webhook)
        return await self._house.store.deliveries.page(
            webhook, state=state, before=before, limit=limit
        )

    @action("manage", noted=False)
    async def delivery(self, webhook: str, delivery: str) -> Delivery:
        """One telling of it, and what became of that; raises `NotFoundError`."""
        found = await self._house.store.deliveries.get(delivery)
        if found.webhook != webhook:
            raise NotFoundError(
                f"There is no delivery {delivery!r} of this webhook.",
                fix="Its deliveries list them.",
            )
        return found

    @action("manage", on="webhook")
    async def resend(self, webhook: str, delivery: str = "") -> int:
        """Tell one thing once more, or all that it never took; returns how many."""
        await self._house.store.webhooks.get(webhook)
        if delivery:
            await self._house.store.deliveries.get(delivery)
        return await self._house.store.deliveries.again(webhook, delivery)

    @action("manage", on="webhook")
    async def test(self, webhook: str) -> Delivery:
        """Tell it something that means nothing, to try it."""
        await self._house.store.webhooks.get(webhook)
        return await self._house.store.deliveries.get(
            await self._house.store.deliveries.ping(webhook)
        )

    @action("read")
    async def queue(self) -> dict[str, int]:
        """How many tellings there are by state."""
        return await self._house.store.deliveries.counts()

    @action("manage", noted=False)
    async def deliver(
        self, *, most_s: float | None = None, on_told: OnTold | None = None
    ) -> list[Delivered]:
        """Tell all webhooks what happened, in one pass and without a studio. Each telling is tried
        once; an address that does not answer is left alone for the rest of the pass, and after
        `most_s` seconds nothing more is begun. What was not taken waits."""
        return await deliver_once(self._house, self._sheets, most_s=most_s, on_told=on_told)

    @action("manage")
    def deliverer(self, pace: Pace | None = None) -> Deliverer:
        """What tells all webhooks of this workspace, as long as it runs."""
        return Deliverer(self._house, self._sheets, pace)

    def _checked(self, url: str) -> str:
        told = url.strip()
        if len(told) > _LONGEST_URL:
            raise UsageError("That address is too long.", fix="Write it as https://HOST/PATH.")
        try:
            check_outside(self._house.settings, told)
        except ValueError as error:
            raise UsageError(
                f"That is no address to call: {error}.", fix="Write it as https://HOST/PATH."
            ) from error
        return told

    def _readers(self, told: Sequence[str]) -> frozenset[str] | None:
        own = self._house.rights.groups
        wanted: frozenset[str] | None = reader_groups(told) if told else frozenset()
        if EVERYTHING in told:
            wanted = None
        elif wanted is None:  # `everybody`: what is open to all
            wanted = frozenset()
        if own is not None and (wanted is None or not wanted <= own):
            raise RightsError(
                "A webhook may not be told of more than you may read.",
                fix=f"Name groups of yours: {', '.join(sorted(own)) or 'you are in none'}.",
            )
        return wanted


def _checked(filter: Filter) -> Filter:
    unknown = [one for one in filter.events if one not in HAPPENINGS]
    if unknown:
        raise UsageError(
            f"There is no event {unknown[0]!r}.", fix=f"There are: {', '.join(HAPPENINGS)}."
        )
    never = [one for one in filter.states if one not in SETTLED]
    if never:
        raise UsageError(
            f"No cell is told of as {never[0]!r}.", fix=f"There are: {', '.join(SETTLED)}."
        )
    return filter
