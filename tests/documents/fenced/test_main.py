"""The fence of a worker process: no network, and nothing that a library prints is an answer."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from casework.documents.fenced.frames import header_of, packed

_TRY = """
import socket, sys
from casework.documents.fenced.fence import give_up_network
if not give_up_network():
    print("cannot")
    sys.exit()
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5)
except OSError as error:
    print("refused")
else:
    print("connected")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are of Linux")
def test_a_worker_reaches_no_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", _TRY, port], capture_output=True, text=True, check=True
        )
    if done.stdout.strip() == "cannot":
        pytest.skip("this system does not let a process give up the network")
    assert done.stdout.strip() == "refused"


def test_a_frame_carries_its_header_and_the_sizes_of_its_parts() -> None:
    frame = packed({"do": "x"}, [b"ab", b""])
    length = int.from_bytes(frame[:4], "big")
    assert header_of(frame[4 : 4 + length]) == ({"do": "x"}, [2, 0])
    assert frame[4 + length :] == b"ab"


def test_a_frame_with_wrong_sizes_is_refused() -> None:
    with pytest.raises(ValueError, match="wrong sizes"):
        header_of(b'{"sizes": [-1]}')
