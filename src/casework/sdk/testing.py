"""Fakes that ship: a model server and an OpenID provider that follow a script, a receiver of
webhooks, and a clock that stands still."""

from __future__ import annotations

from casework.base.clock import FrozenClock
from casework.models.testing import ScriptedServer
from casework.sdk.people.scripted_provider import ScriptedProvider
from casework.sdk.webhooks.receiver import ScriptedReceiver

__all__ = ["FrozenClock", "ScriptedReceiver", "ScriptedServer", "ScriptedProvider"]
