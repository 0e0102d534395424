"""An OpenID provider that lets in whoever a test says, over real HTTP on this machine. It ships, so
that a set-up can be tried without anybody's servers. Never for real people: it asks nobody."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs, urlencode, urlsplit

from casework.sdk.people.scripted_keys import SigningKey, new_key, token_of
from casework.types.values import Json

_LASTS_S = 300
_REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 404: "Not Found"}


@dataclass(slots=True)
class _Code:
    challenge: str
    nonce: str
    back: str
    claims: Mapping[str, Json]


@dataclass(slots=True)
class ScriptedProvider:
    """Use it as an async context manager. `claims` are those of whoever signs in next; `spoil`
    overwrites claims of the token after all else (to try what must be refused); `told_algorithm`,
    `head` and `sign_with_another_key` likewise. It signs by `algorithm` (RS256, PS256 or ES256)."""

    client_id: str = "casework"
    secret: str = "scripted"
    claims: dict[str, Json] = field(default_factory=lambda: {"sub": "1", "name": "Ada"})
    spoil: dict[str, Json] = field(default_factory=dict)
    algorithm: str = "RS256"
    states_algorithm: bool = True
    told_algorithm: str = ""
    head: dict[str, Json] = field(default_factory=dict)
    sign_with_another_key: bool = False
    issuer: str = ""
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, _Code] = field(default_factory=dict)
    _keys: list[SigningKey] = field(default_factory=list)
    _made: int = 0
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> ScriptedProvider:
        self.rotate(keep=0)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.issuer = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._server is not None:
            self._server.close()

    def rotate(self, *, keep: int = 1) -> None:
        """Sign with another key from now on; `keep` of those before stay published."""
        self._made += 1
        key = new_key(f"key-{self._made}", self.algorithm, states=self.states_algorithm)
        self._keys = [key, *self._keys[:keep]]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.split("\r\n")
            headers = {
                k.strip().lower(): v.strip() for k, _, v in (one.partition(":") for one in lines)
            }
            body = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
            method, target, _ = first.split(" ")
            status, told, extra = self._answer(method, target, headers, body)
            payload = json.dumps(told).encode()
            writer.write(
                f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(payload)}\r\nConnection: close\r\n{extra}\r\n".encode()
                + payload
            )
            await writer.drain()
        finally:
            writer.close()

    def _answer(
        self, method: str, target: str, headers: Mapping[str, str], body: str
    ) -> tuple[int, Json, str]:
        parts = urlsplit(target)
        self.asked.append(f"{method} {parts.path}")
        asked = {name: told[0] for name, told in parse_qs(parts.query or body).items()}
        if parts.path == "/.well-known/openid-configuration":
            return 200, self._about(), ""
        if parts.path == "/keys":
            return 200, {"keys": [one.published() for one in self._keys]}, ""
        if parts.path == "/authorize":
            return self._authorise(asked)
        if parts.path == "/token" and method == "POST":
            return self._token(asked, headers)
        return 404, {"error": "not_found"}, ""

    def _about(self) -> Json:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def _authorise(self, asked: Mapping[str, str]) -> tuple[int, Json, str]:
        if asked.get("client_id") != self.client_id or asked.get("code_challenge_method") != "S256":
            return 400, {"error": "invalid_request"}, ""
        code = f"code-{len(self._codes)}-{time.monotonic_ns()}"
        back = asked["redirect_uri"]
        challenge, nonce = asked["code_challenge"], asked.get("nonce", "")
        self._codes[code] = _Code(challenge, nonce, back, dict(self.claims))
        query = urlencode({"code": code, "state": asked.get("state", "")})
        return 302, {}, f"Location: {back}?{query}\r\n"

    def _token(self, asked: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, Json, str]:
        code = self._codes.pop(asked.get("code", ""), None)
        proof = urlsafe_b64encode(sha256(asked.get("code_verifier", "").encode()).digest())
        pair = b64decode(headers.get("authorization", "").removeprefix("Basic ")).decode()
        known = pair == f"{self.client_id}:{self.secret}"
        if code is None or not known or proof.rstrip(b"=").decode() != code.challenge:
            return 400, {"error": "invalid_grant"}, ""
        now = int(time.time())
        claims: dict[str, Json] = {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + _LASTS_S,
            "nonce": code.nonce,
            **code.claims,
            **self.spoil,
        }
        return 200, {"id_token": self._signed(claims), "token_type": "Bearer"}, ""

    def _signed(self, claims: Mapping[str, Json]) -> str:
        key = self._keys[0]
        if self.sign_with_another_key:
            key = new_key(key.id, key.algorithm)
        return token_of(key, claims, algorithm=self.told_algorithm, head=self.head)
