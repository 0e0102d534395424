"""The fence of a reading process: each thing that it gives up is tried from inside."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from casework.documents.fenced.landlock import version

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="this fence is of Linux")

_TRIES = """
import json, os, socket, subprocess, sys, threading, ctypes
from dataclasses import asdict
from pathlib import Path
from casework.documents.fenced.fence import fence
from casework.documents.reading import Limits

folder, outside, port, parent, programs = sys.argv[1:]
held = fence(Limits(), Path(folder), programs=programs == "yes")

def connect():
    socket.create_connection(("127.0.0.1", int(port)), timeout=5)

def door():
    with socket.socket(socket.AF_UNIX) as mine:
        mine.connect(str(Path(folder, "door")))

def letter():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mine:
        mine.sendto(b"x", str(Path(folder, "box")))

def listen():
    with socket.socket(socket.AF_UNIX) as mine:
        mine.bind(str(Path(folder, "mine")))
        mine.listen()

def thread():
    done = []
    started = threading.Thread(target=lambda: done.append(1))
    started.start()
    started.join()
    assert done

def memory():
    try:
        bytearray(3 << 30)
    except MemoryError:
        raise OSError("refused") from None

def peek():
    if ctypes.CDLL(None, use_errno=True).ptrace(16, int(parent), 0, 0):
        raise OSError("refused")

def pictures():
    from PIL import Image
    Image.new("RGB", (9, 9)).save(Path(folder, "a.png"))

def secret_by_program():
    done = subprocess.run(["cat", outside], capture_output=True)
    if done.returncode:
        raise OSError("refused")

tries = {
    "read a file elsewhere": lambda: Path(outside).read_text(),
    "read a file elsewhere by a program": secret_by_program,
    "write elsewhere": lambda: Path(outside).write_text("x"),
    "make a file elsewhere": lambda: Path(outside).with_name("new").write_text("x"),
    "remove a file elsewhere": lambda: Path(outside).unlink(),
    "list a folder elsewhere": lambda: os.listdir(Path(outside).parent),
    "read the passwords of the system": lambda: Path("/etc/shadow").read_text(),
    "read the memory of its parent": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
    "look into its parent": peek,
    "signal its parent": lambda: os.kill(int(parent), 0),
    "open a connection": connect,
    "send a packet": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    "open a connection to a program of this machine": door,
    "send a packet to a program of this machine": letter,
    "wait for connections": listen,
    "leave its group of processes": lambda: os.setsid(),
    "start a program": lambda: subprocess.run(["true"], check=True),
    "fork": lambda: os.fork() or os._exit(0),
    "take much memory": memory,
    "write in its folder": lambda: Path(folder, "a").write_text("x"),
    "start a thread": thread,
    "draw a picture": pictures,
}
found = {}
for name, attempt in tries.items():
    try:
        attempt()
        found[name] = "done"
    except OSError:
        found[name] = "refused"
print(json.dumps({"held": asdict(held), "found": found}))
"""
_NEVER = (
    "read a file elsewhere",
    "read a file elsewhere by a program",
    "write elsewhere",
    "make a file elsewhere",
    "remove a file elsewhere",
    "list a folder elsewhere",
    "read the passwords of the system",
    "read the memory of its parent",
    "look into its parent",
    "open a connection",
    "send a packet",
    "open a connection to a program of this machine",
    "send a packet to a program of this machine",
    "leave its group of processes",
    "take much memory",
)
_ALWAYS = ("write in its folder", "start a thread", "draw a picture")


def _tried(tmp_path: Path, *, programs: bool) -> dict[str, dict[str, object]]:
    """What became of each try in a process behind the fence."""
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    (other / "secret.txt").write_text("secret")
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as door,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as box,
    ):
        door.bind(str(own / "door"))
        door.listen()
        box.bind(str(own / "box"))
        done = subprocess.run(
            [
                *(sys.executable, "-c", _TRIES, str(own), str(other / "secret.txt")),
                *(str(server.getsockname()[1]), str(os.getpid()), "yes" if programs else "no"),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    assert (other / "secret.txt").read_text() == "secret"
    assert not (own / "mine").exists()  # whatever it was told, nobody can reach it
    found: dict[str, dict[str, object]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("programs", [False, True])
def test_what_was_given_up_cannot_be_done_and_what_is_needed_can(
    tmp_path: Path, programs: bool
) -> None:
    told = _tried(tmp_path, programs=programs)
    if not told["held"]["files"] or not told["held"]["calls"]:
        pytest.skip("this kernel knows no Landlock, or this processor no filter of ours")
    found = told["found"]
    assert {name: found[name] for name in _NEVER} == dict.fromkeys(_NEVER, "refused")
    assert {name: found[name] for name in _ALWAYS} == dict.fromkeys(_ALWAYS, "done")
    starting = ("start a program", "fork", "wait for connections")
    assert {found[name] for name in starting} == {"done" if programs else "refused"}
    if not programs or version() >= 6:
        assert found["signal its parent"] == "refused"


_RUN = """
import sys
from pathlib import Path
from casework.base.errors import DocumentError
from casework.documents.fenced.programs import run_program
folder = Path(sys.argv[1])
print(run_program(["sh", "-c", "pwd; echo $HOME; echo no >&2; exit 3"], folder=folder, seconds=9))
for argv in (["sleep", "60"], ["no-such-program"]):
    try:
        run_program(argv, folder=folder, seconds=0.2)
    except DocumentError as error:
        print(error.state, error.message)
"""


def test_a_program_ends_with_its_time_and_tells_how(tmp_path: Path) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(tmp_path)], capture_output=True, text=True, check=True
    )
    ended, slow, missing = done.stdout.splitlines()
    assert ended == f"Ended(code=3, output='{tmp_path}\\n{tmp_path}\\n', errors='no\\n')"
    assert slow == "too_slow Reading the file took longer than 0.2 seconds."
    assert missing.startswith("unsupported The program no-such-program does not start")
    assert time.monotonic() - began < 30


_LEAVE = """
import os, sys, threading, time
from pathlib import Path
from casework.documents.fenced.programs import run_program

def leave():
    told = Path(sys.argv[1]) / "pid"
    while not (told.exists() and told.read_text().endswith("\\n")):
        time.sleep(0.01)
    os._exit(0)

threading.Thread(target=leave).start()
run_program(["sh", "-c", "echo $$ > pid; exec sleep 60"], folder=Path(sys.argv[1]), seconds=60)
"""


def test_a_program_does_not_outlive_the_process_that_started_it(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _LEAVE, str(tmp_path)], check=True)
    pid = int((tmp_path / "pid").read_text())
    for _ in range(600):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the program still runs")
