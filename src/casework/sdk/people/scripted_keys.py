"""Keys of the scripted OpenID provider: made anew, published (RFC 7517), and signing with them
(RFC 7518), also in ways that must be refused. Knows no HTTP."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from casework.types.values import Json

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_RSA_BITS = 2048
_P256_BYTES = 32
"""A coordinate of a point on P-256, and half of a signature by it."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key pair: RSA for RS256 and PS256, on the curve P-256 for ES256. `states` says whether the
    published key tells its algorithm; some providers leave it out."""

    id: str
    algorithm: str
    pair: RSAPrivateKey | EllipticCurvePrivateKey
    states: bool = True

    def published(self) -> Json:
        """The public half as a JSON Web Key."""
        from cryptography.hazmat.primitives.asymmetric import rsa

        told: dict[str, Json] = {"kid": self.id, "use": "sig"}
        if self.states:
            told["alg"] = self.algorithm
        public = self.pair.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            numbers = public.public_numbers()
            size = (numbers.n.bit_length() + 7) // 8
            return {**told, "kty": "RSA", "n": _number(numbers.n, size), "e": _number(numbers.e, 3)}
        point = public.public_numbers()
        x, y = _number(point.x, _P256_BYTES), _number(point.y, _P256_BYTES)
        return {**told, "kty": "EC", "crv": "P-256", "x": x, "y": y}

    def signature(self, signed: bytes) -> bytes:
        """What it signs these bytes with."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

        if isinstance(self.pair, rsa.RSAPrivateKey):
            salted = padding.PSS(padding.MGF1(hashes.SHA256()), sha256().digest_size)
            how = salted if self.algorithm == "PS256" else padding.PKCS1v15()
            return self.pair.sign(signed, how, hashes.SHA256())
        r, s = utils.decode_dss_signature(self.pair.sign(signed, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")

    def public_text(self) -> bytes:
        """The public half as PEM: what some take for a secret (RFC 8725, 2.1)."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        public = self.pair.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def new_key(id: str, algorithm: str, *, states: bool = True) -> SigningKey:
    """Another key for RS256, PS256 or ES256."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    if algorithm == "ES256":
        return SigningKey(id, algorithm, ec.generate_private_key(ec.SECP256R1()), states)
    return SigningKey(id, algorithm, rsa.generate_private_key(65537, _RSA_BITS), states)


def token_of(
    key: SigningKey,
    claims: Mapping[str, Json],
    *,
    algorithm: str = "",
    head: Mapping[str, Json] | None = None,
) -> str:
    """A JSON Web Signature in its compact form (RFC 7515). `algorithm` is what its head tells and
    how it is signed instead: `none` by nothing, `HS256` by the public key as a secret, another one
    as the key signs. `head` adds to its head."""
    told = algorithm or key.algorithm
    signed = f"{_part({'alg': told, 'kid': key.id, 'typ': 'JWT', **(head or {})})}.{_part(claims)}"
    made = key.signature(signed.encode())
    if told.casefold() == "none":
        made = b""
    if told == "HS256":
        made = hmac.digest(key.public_text(), signed.encode(), "sha256")
    return f"{signed}.{_text(made)}"


def _part(told: Mapping[str, Json]) -> str:
    return _text(json.dumps(dict(told)).encode())


def _number(number: int, size: int) -> str:
    return _text(number.to_bytes(size, "big"))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
