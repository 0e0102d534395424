"""A small S3 server for tests, over the wire: objects in memory, signed requests only."""

from __future__ import annotations

import hashlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

KEY_ID = "tester"
_PAGE = 2
"""Names in one page of a listing: few, so that tests see several pages."""
_PART = "5"


class Bucket(ThreadingHTTPServer):
    """One bucket. `objects` are its bytes by name; `fail` answers everything with this status."""

    daemon_threads = True

    def __init__(self, name: str = "tests") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bucket = name
        self.objects: dict[str, bytes] = {}
        self.parts: dict[str, dict[int, bytes]] = {}
        self.fail = 0
        self.calls: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """What `store.blobs` says to use it."""
        endpoint = f"http://127.0.0.1:{self.server_address[1]}"
        return f"s3://{self.bucket}/work?endpoint={endpoint}&region=here"

    def close(self) -> None:
        """End it."""
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _bucket(self) -> Bucket:
        return cast(Bucket, self.server)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is logged."""

    def do_PUT(self) -> None:
        data = self._body()
        if (name := self._admitted()) is None:
            return
        if upload := self._asked("uploadId"):
            self._bucket.parts[upload][int(self._asked("partNumber"))] = data
        else:
            self._bucket.objects[name] = data
        self._answer(200, tag=_tag(data))

    def do_POST(self) -> None:
        body = self._body()
        if (name := self._admitted()) is None:
            return
        if urlsplit(self.path).query == "delete":
            keys = re.findall(rb"<Key>.*?</Key>", body)
            for key in keys:
                self._bucket.objects.pop(unescape(key[5:-6].decode()), None)
            gone = b"".join(b"<Deleted>" + key + b"</Deleted>" for key in keys)
            self._answer(200, b"<DeleteResult>" + gone + b"</DeleteResult>")
            return
        upload = self._asked("uploadId")
        if not upload:
            self._bucket.parts[name] = {}
            told = f"<InitiateMultipartUploadResult><UploadId>{escape(name)}</UploadId>"
            self._answer(200, f"{told}</InitiateMultipartUploadResult>".encode())
            return
        parts = self._bucket.parts.pop(upload)
        self._bucket.objects[name] = b"".join(parts[number] for number in sorted(parts))
        told = f'<CompleteMultipartUploadResult><ETag>"{_PART}"</ETag>'
        self._answer(200, f"{told}</CompleteMultipartUploadResult>".encode())

    def do_HEAD(self) -> None:
        self._read()

    def do_GET(self) -> None:
        self._read()

    def do_DELETE(self) -> None:
        if (name := self._admitted()) is not None:
            self._bucket.objects.pop(name, None)
            self._answer(204)

    def _read(self) -> None:
        if (name := self._admitted()) is None:
            return
        if not name:
            self._answer(200, self._listing())
            return
        data = self._bucket.objects.get(name)
        if data is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._answer(200, data, tag=_tag(data))

    def _listing(self) -> bytes:
        prefix, after = self._asked("prefix"), self._asked("continuation-token")
        names = [n for n in sorted(self._bucket.objects) if n.startswith(prefix) and n > after]
        page = names[:_PAGE]
        told = "".join(
            f"<Contents><Key>{escape(name)}</Key><Size>{len(self._bucket.objects[name])}</Size>"
            "<LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;x&quot;</ETag>"
            "</Contents>"
            for name in page
        )
        more = len(names) > len(page)
        following = f"<NextContinuationToken>{page[-1]}</NextContinuationToken>" if more else ""
        return (
            f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{following}{told}"
            "</ListBucketResult>"
        ).encode()

    def _admitted(self) -> str | None:
        """The name of the object that is asked for; None when the request was answered."""
        self._bucket.calls.append(self.command)
        signed = self.headers.get("Authorization", "")
        bucket, _, name = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        if self._bucket.fail:
            self._answer(self._bucket.fail, b"<Error><Code>AsTold</Code></Error>")
        elif f"Credential={KEY_ID}/" not in signed:
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        elif bucket != self._bucket.bucket:
            self._answer(404, b"<Error><Code>NoSuchBucket</Code></Error>")
        else:
            return name
        return None

    def _asked(self, name: str) -> str:
        found = parse_qs(urlsplit(self.path).query, keep_blank_values=True).get(name, [""])
        return found[0]

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, status: int, data: bytes = b"", tag: str = "") -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Last-Modified", "Fri, 02 Jan 2026 03:04:05 GMT")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


def _tag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'
