"""Fakes that ship: the scripted model server and a clock that stands still."""

from __future__ import annotations

from casework.base.clock import FrozenClock
from casework.models.testing import ScriptedServer

__all__ = ["FrozenClock", "ScriptedServer"]
