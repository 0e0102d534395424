"""A studio beyond this machine speaks TLS with the certificate that it was given, and no less."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, DummyCookieJar
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from casework.base.errors import UsageError
from casework.sdk.workspace import Workspace
from casework.serve.run import free_port, server_of
from casework.serve.starting import Wanted, check_people, options_of

PASSWORD = "four plain words together"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine that signs itself, and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, secret


async def test_people_sign_in_over_tls_and_their_cookie_stays_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    pem, key = certificate(tmp_path)
    await workspace.people.add("ada", role="owner", password=PASSWORD)
    port = free_port()
    told = Wanted("0.0.0.0", port, "localhost", str(pem), str(key))
    options = options_of(workspace.settings, told)
    await check_people(workspace, options)
    assert options.public
    assert options.secure
    running = server_of(workspace, options)
    task = asyncio.create_task(running.serve())
    while not running.started:
        await asyncio.sleep(0.01)
    trusting = ssl.create_default_context(cafile=str(pem))
    link = await workspace.entering.link()
    async with ClientSession(options.url, cookie_jar=DummyCookieJar()) as http:
        with pytest.raises(ClientError):  # a browser that does not know the certificate stops
            await http.get("/sign-in")
        with pytest.raises((ClientError, ConnectionError)):
            await http.get(f"http://localhost:{port}/sign-in")
        form = {"login": "ada", "password": PASSWORD}
        came = await http.post("/sign-in", data=form, ssl=trusting)
        assert came.status == 200
        assert came.headers["Strict-Transport-Security"]
        cookie = came.headers["Set-Cookie"]
        name, _, rest = cookie.partition("=")
        assert name == "__Host-casework"
        for flag in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
            assert flag in cookie
        assert "Domain" not in cookie
        headers = {"Cookie": f"{name}={rest.partition(';')[0]}"}
        assert (await http.get("/settings/account", headers=headers, ssl=trusting)).status == 200
        other = await http.get(f"https://127.0.0.1:{port}/sign-in", headers=headers, ssl=trusting)
        assert other.status == 421  # it has one name
        # A link of the machine lets nobody in who may be anywhere.
        by_link = await http.get(f"/enter/{link.token}", ssl=trusting)
        assert "Set-Cookie" not in by_link.headers
        assert (await http.get("/metrics", ssl=trusting)).status == 200  # it is this machine
    unknowing = ssl.create_default_context()
    with pytest.raises(ssl.SSLError):
        await asyncio.open_connection("localhost", port, ssl=unknowing)
    running.should_exit = True
    await task


def test_a_certificate_without_its_key_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    pem, _ = certificate(tmp_path)
    with pytest.raises(UsageError, match="go together"):
        options_of(workspace.settings, Wanted(certificate=str(pem)))
