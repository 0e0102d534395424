"""A server that stops gracefully: streams of events are let go first, so that nothing waits for
them; what goes on then ends, and what webhooks are still to be told stays in the store."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from casework.serve.house import ServeHouse


class StudioServer(uvicorn.Server):
    """The server of a studio."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the pages that watch go, take no new request, end those that are under way."""
        app = self.config.app
        if isinstance(app, FastAPI):
            house: ServeHouse = app.state.house
            await house.live.close()
        await super().shutdown(sockets)
