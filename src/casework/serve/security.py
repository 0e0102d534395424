"""Puts the guard around every request, and the pages by which people come in."""

from __future__ import annotations

from fastapi import FastAPI

from casework.serve.auth import account, oidc_pages, sign_in
from casework.serve.auth.guard import Guard
from casework.serve.house import ServeHouse


def register_security(app: FastAPI, house: ServeHouse) -> None:
    """Wrap every request."""
    app.add_middleware(Guard, house=house)
    for page in (sign_in, oidc_pages, account):
        app.include_router(page.router, include_in_schema=False)
