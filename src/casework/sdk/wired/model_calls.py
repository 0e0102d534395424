"""The way out to models as the settings describe it: providers, border, gateway and what is wrapped
around each call. Knows nothing of worksheets."""

from __future__ import annotations

import os
from pathlib import Path

from casework.base.clock import Clock
from casework.base.keys import KeyRing
from casework.base.retry import RetryPolicy
from casework.base.settings import Settings
from casework.engine.budget import Purse
from casework.models.border import Border
from casework.models.endpoints import Endpoints, build_endpoints
from casework.models.fallback import REASONS, Fallbacks
from casework.models.gateway import Gateway, Outfit
from casework.models.names import ROLES
from casework.models.network import network_of
from casework.models.transport import AiohttpTransport, Transport
from casework.store.store import Store


def endpoints_of(settings: Settings) -> Endpoints:
    """The models that are configured."""
    roles = {role: settings.text(f"model.{role}") for role in ROLES}
    return build_endpoints(
        roles=roles,
        providers=settings.providers(),
        find_key=KeyRing().find,
        concurrency=settings.integer("model.concurrency"),
        timeout_s=settings.number("model.timeout"),
        idle_s=settings.number("model.idle"),
        also=fallbacks_of(settings).models,
    )


def gateway_of(
    endpoints: Endpoints, settings: Settings, store: Store, purse: Purse, clock: Clock
) -> Gateway:
    """The way out to these models, through the one border."""
    border = Border(transport_of(endpoints), endpoints.hosts, sink=store.outgoing.note, clock=clock)
    return Gateway(endpoints, border, outfit_of(settings, store, purse), clock=clock)


def transport_of(endpoints: Endpoints) -> Transport:
    """What carries the calls: through the proxy and with the certificates that the environment
    names, over as many connections as all configured providers may have calls in flight."""
    calls = sum(endpoints.providers[name].concurrency for name in endpoints.configured)
    return AiohttpTransport(connections=calls or 1, network=network_of(os.environ))


def outfit_of(settings: Settings, store: Store | None, budget: Purse | None = None) -> Outfit:
    """What is wrapped around each call of a model; what needs a workspace only with its `store`."""
    record, replay = settings.text("model.record"), settings.text("model.replay")
    when = settings.text("border.redact")
    return Outfit(
        policy=RetryPolicy(
            tries=settings.integer("model.tries"), total_s=settings.number("model.patience")
        ),
        cache=None if store is None else store.answers,
        remember=bool(settings.value("model.cache")),
        ledger=None if store is None else store.rates,
        budget=budget,
        batches=None if store is None else store.batches,
        batch_all=bool(settings.value("model.batch")),
        batch_poll_s=settings.number("model.batch_poll"),
        fallbacks=fallbacks_of(settings),
        hedge=bool(settings.value("model.hedge")),
        redact="leaving" if when == "leaving" else "always" if when == "always" else "no",
        record=Path(record).expanduser() if record else None,
        replay=Path(replay).expanduser() if replay else None,
    )


def fallbacks_of(settings: Settings) -> Fallbacks:
    """Which models are asked instead of others, and when."""
    chains = {
        reason: tuple(
            name.strip()
            for name in settings.text(f"model.fallback.{reason}").split(",")
            if name.strip()
        )
        for reason in REASONS
    }
    return Fallbacks(chains, may_leave=bool(settings.value("model.fallback.leave")))
