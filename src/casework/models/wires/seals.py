"""What a provider wants back unread: sealed with its name, opened for nobody else."""

from __future__ import annotations

from casework.models.names import Target


def sealed(target: Target, payload: str) -> str:
    """The payload for this provider alone; '' stays ''."""
    return f"{target.provider.name} {payload}" if payload else ""


def opened(target: Target, seal: str) -> str:
    """The payload if it is this provider's own, else ''."""
    name, _, payload = seal.partition(" ")
    return payload if name == target.provider.name else ""
