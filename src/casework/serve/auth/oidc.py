"""Sign-in with an OpenID provider: authorization code with PKCE (RFC 7636), state and nonce; its
tokens checked against its published keys (OpenID Connect Core 1.0, §3.1). Knows no page."""

from __future__ import annotations

import json
import secrets
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from casework.base.errors import SettingsError, SignInError
from casework.sdk.outside import Answered
from casework.sdk.people.entering import Claimed

ALGORITHMS = ("RS256", "PS256", "ES256")
_CURVE = "P-256"
_LASTS_S = 600.0
_KEYS_S = 3600.0
_ANEW_S = 60.0
"""How long a sign-in may take at the provider, how long its keys are kept, and how often at most
they are asked for before that, for a token with a key that is not among them."""
_LEEWAY_S = 60
_MOST_BEGUN = 1000
_PURPOSE = "sign-in"
Send = Callable[..., Awaitable[Answered]]


@dataclass(frozen=True, slots=True)
class Client:
    """What the settings say of the provider, and where it sends people back to."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    scopes: str
    groups_claim: str
    back: str


@dataclass(frozen=True, slots=True)
class _Begun:
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    next: str
    at: float


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send somebody, and the state that their browser keeps meanwhile."""

    url: str
    state: str


class Provider:
    """One OpenID provider, for one running server."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._begun: dict[str, _Begun] = {}
        self._known: dict[str, tuple[float, Mapping[str, Any]]] = {}
        self._asked_anew: dict[str, float] = {}

    async def begin(self, client: Client, next: str) -> Begun:
        """Begin a sign-in."""
        found = await self._discover(client.issuer)
        state, nonce = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        verifier = secrets.token_urlsafe(48)
        self._sweep()
        self._begun[state] = _Begun(verifier, nonce, next, time.monotonic())
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": client.back,
            "scope": client.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        address = str(found["authorization_endpoint"])
        joint = "&" if "?" in address else "?"
        return Begun(f"{address}{joint}{urlencode(asked)}", state)

    async def finish(
        self, client: Client, *, state: str, kept: str, code: str, error: str = ""
    ) -> tuple[Claimed, str]:
        """Who came back, and where they wanted to go. `kept` is the state of their browser: it must
        be that of this sign-in, and each works once. Raises `SignInError`."""
        begun = self._begun.pop(state, None) if state and state == kept else None
        if begun is None or time.monotonic() - begun.at > _LASTS_S:
            raise SignInError(
                "This sign-in was not begun here, or took too long.", fix="Begin it anew."
            )
        if error or not code:
            raise SignInError(
                "The provider let nobody in.", fix=f"It said {error[:80]!r}." if error else ""
            )
        found = await self._discover(client.issuer)
        told = await self._exchange(client, str(found["token_endpoint"]), code, begun.verifier)
        claims = await self._claims(client, found, str(told.get("id_token", "")), begun.nonce)
        return _claimed(client, claims), begun.next

    async def _exchange(
        self, client: Client, address: str, code: str, verifier: str
    ) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.back,
            "code_verifier": verifier,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if client.secret:
            pair = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = client.client_id
        body = urlencode(form).encode()
        answer = await self._send("POST", address, body=body, headers=headers, purpose=_PURPOSE)
        return _object(answer, "did not give a token for its code")

    async def _claims(
        self, client: Client, found: Mapping[str, Any], token: str, nonce: str
    ) -> Mapping[str, Any]:
        jwt = _jwt()
        try:
            head = jwt.get_unverified_header(token)
            algorithm = str(head.get("alg", ""))
            key = await self._key(found, str(head.get("kid", "")), algorithm)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                audience=client.client_id,
                issuer=str(found["issuer"]),
                leeway=_LEEWAY_S,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except jwt.PyJWTError as error:
            raise SignInError(
                f"The provider's token does not hold: {error}.",
                fix="Check oidc.issuer and oidc.client_id, and the clocks of both machines.",
            ) from error
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        wrong_party = (several or "azp" in claims) and claims.get("azp") != client.client_id
        if not secrets.compare_digest(str(claims.get("nonce", "")), nonce) or wrong_party:
            raise SignInError("The provider's token is for another sign-in.", fix="Begin it anew.")
        return claims

    async def _key(self, found: Mapping[str, Any], id: str, algorithm: str) -> Any:
        jwt = _jwt()
        if algorithm not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError(f"it is signed by {algorithm or 'nothing'}")
        address = str(found["jwks_uri"])
        for anew in (False, True):
            told = await self._get(address, "did not show its keys", anew=anew)
            for one in told.get("keys") or ():
                if isinstance(one, dict) and _is_for(one, id, algorithm):
                    return jwt.PyJWK(one, algorithm=algorithm).key
        raise jwt.InvalidKeyError("its key is not among those of the provider")

    async def _discover(self, issuer: str) -> Mapping[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0)."""
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        found = await self._get(address, "did not say where its doors are")
        if found.get("issuer") != issuer and str(found.get("issuer")).rstrip("/") != issuer.rstrip(
            "/"
        ):
            raise SignInError(
                "The provider calls itself otherwise than the settings.",
                fix="Set oidc.issuer to the address that it calls itself.",
            )
        lacking = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
        if lacking:
            raise SignInError(f"The provider does not tell its {sorted(lacking)[0]}.")
        return found

    async def _get(self, address: str, what: str, *, anew: bool = False) -> Mapping[str, Any]:
        """What the provider tells there, kept for a while; `anew` asks for it before that while is
        over, but not again and again."""
        known, now = self._known.get(address), time.monotonic()
        due = known is None or now - known[0] > _KEYS_S
        if anew and now - self._asked_anew.get(address, -_KEYS_S) > _ANEW_S:
            self._asked_anew[address], due = now, True
        if known is None or due:
            answer = await self._send("GET", address, purpose=_PURPOSE)
            known = self._known[address] = (now, _object(answer, what))
        return known[1]

    def _sweep(self) -> None:
        now = time.monotonic()
        for state in [one for one, it in self._begun.items() if now - it.at > _LASTS_S]:
            del self._begun[state]
        while len(self._begun) >= _MOST_BEGUN:
            del self._begun[next(iter(self._begun))]


def _claimed(client: Client, claims: Mapping[str, Any]) -> Claimed:
    groups = claims.get(client.groups_claim) or ()
    listed = [groups] if isinstance(groups, str) else groups
    told = tuple(str(one) for one in listed if isinstance(one, str | int))
    email = str(claims.get("email") or "") if claims.get("email_verified", True) else ""
    login = str(claims.get("preferred_username") or email or claims["sub"])[:100]
    name = " ".join(str(claims.get("name") or login).split())[:100]
    return Claimed(client.issuer, str(claims["sub"])[:255], login, name, told)


def _is_for(key: Mapping[str, Any], id: str, algorithm: str) -> bool:
    """Whether a published key (RFC 7517) signs what names this key and this algorithm. One that
    does not tell its algorithm signs by those of its kind."""
    if (id and key.get("kid") != id) or key.get("use", "sig") != "sig":
        return False
    if algorithm == "ES256" and (key.get("kty"), key.get("crv")) != ("EC", _CURVE):
        return False
    if algorithm != "ES256" and key.get("kty") != "RSA":
        return False
    return bool(key.get("alg", algorithm) == algorithm)


def _object(answer: Answered, what: str) -> Mapping[str, Any]:
    try:
        told = json.loads(answer.body) if answer.status == 200 else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise SignInError(
            f"The provider {what} (it answered {answer.status}).", fix="Try again in a while."
        )
    return told


def _jwt() -> Any:
    try:
        import jwt
    except ImportError as error:
        raise SettingsError(
            "Sign-in with an OpenID provider needs one more package.",
            fix="Install it with: pip install 'casework[oidc]'",
        ) from error
    return jwt
