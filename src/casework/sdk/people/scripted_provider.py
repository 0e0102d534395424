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
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from casework.types.values import Json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

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
    overwrites claims of the token after all else (to try what must be refused); `algorithm` and
    `sign_with_another_key` likewise."""

    client_id: str = "casework"
    secret: str = "scripted"
    claims: dict[str, Json] = field(default_factory=lambda: {"sub": "1", "name": "Ada"})
    spoil: dict[str, Json] = field(default_factory=dict)
    algorithm: str = "RS256"
    sign_with_another_key: bool = False
    issuer: str = ""
    asked: list[str] = field(default_factory=list)
    _codes: dict[str, _Code] = field(default_factory=dict)
    _keys: list[RSAPrivateKey] = field(default_factory=list)
    _server: asyncio.Server | None = None

    async def __aenter__(self) -> ScriptedProvider:
        from cryptography.hazmat.primitives.asymmetric import rsa

        self._keys = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.issuer = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._server is not None:
            self._server.close()

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
            return 200, {"keys": [self._public()]}, ""
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
        """A JSON Web Signature in its compact form (RFC 7515)."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        head = _part({"alg": self.algorithm, "kid": "one", "typ": "JWT"})
        signed = f"{head}.{_part(claims)}"
        if self.algorithm == "none":
            return f"{signed}."
        key = self._keys[1 if self.sign_with_another_key else 0]
        made = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_text(made)}"

    def _public(self) -> Json:
        numbers = self._keys[0].public_key().public_numbers()
        modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
        told = {"kty": "RSA", "kid": "one", "use": "sig", "alg": "RS256"}
        return {**told, "n": _text(modulus), "e": _text(numbers.e.to_bytes(3, "big"))}


def _part(told: Mapping[str, Json]) -> str:
    return _text(json.dumps(told).encode())


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
