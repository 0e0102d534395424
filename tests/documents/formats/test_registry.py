"""The registry: which reader a file goes to, ours and those of plug-ins."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from casework.base.errors import DocumentError
from casework.documents.fenced.workers import Workers
from casework.documents.formats.own import READERS
from casework.documents.formats.registry import BUILT_IN, Registry, reader_function, registry_of
from casework.documents.open import parse
from casework.documents.reading import Limits
from casework.types.document import Document
from casework.types.plugin import Magic, OcrEngineSpec, ReaderSpec

_TAPE = ReaderSpec(
    "tapes", "tape", "tapes_reader:read", "7", "a tape", ("tap",), magic=(Magic(2, b"TAPE"),)
)
_READER = """
from casework.documents.reading import Reading
from casework.documents.typesetting.flow import Text
from casework.documents.typesetting.typeset import typeset

def read(source):
    made = typeset([Text(source.data[6:].decode(), "0:01")], source)
    return Reading("", "another name", "another version", made.pages, tables=made.tables)

def nonsense(source):
    return "no reading"

def outside(source):
    from dataclasses import replace
    page = typeset([Text("a few words", "1")], source).pages[0]
    return Reading("", "", "", (replace(page, text="short"),))

def fails(source):
    raise ZeroDivisionError("of a plug-in")

def is_tape(data, name):
    return data.endswith(b"tape")

def is_broken(data, name):
    raise ValueError("of a plug-in")
"""


@pytest.fixture
def tapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module with readers on the way to modules."""
    (tmp_path / "tapes_reader.py").write_text(_READER)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "tapes_reader", raising=False)
    return tmp_path


def _with(**fields: object) -> Registry:
    """Our readers and that of tapes, as a plug-in's, with other fields."""
    given = {name: getattr(_TAPE, name) for name in ReaderSpec.__slots__}
    spec = ReaderSpec(**{**given, "plugin": "tapes", **fields})
    return Registry((spec, *READERS))


def _read(data: bytes, name: str, registry: Registry) -> Document:
    return parse(data, name, Limits(), registry=registry).document


def test_every_reader_of_ours_bears_the_name_that_is_told_of_it() -> None:
    for spec in READERS:
        module = importlib.import_module(spec.target.partition(":")[0])
        assert spec.name == module.READER
        assert reader_function(spec) is module.read


def test_names_and_endings_are_told_once() -> None:
    assert len({spec.name for spec in READERS}) == len(READERS)
    endings = [suffix for spec in READERS for suffix in spec.suffixes]
    assert len(set(endings)) == len(endings)
    assert all(BUILT_IN.shown(format) != format for format in BUILT_IN.formats)


def test_a_registry_is_the_same_on_the_other_side_of_the_wire() -> None:
    engine = OcrEngineSpec("eyes", "eyes:open", "2", ("eyes",), "eyes", "plug")
    registry = Registry((_with().readers[0], *READERS), (engine,))
    assert registry_of(json.loads(json.dumps(registry.to_json()))) == registry


def test_a_file_goes_to_the_plugin_whose_mark_it_bears(tapes: Path) -> None:
    found = _read(b"..TAPEhello there", "a.tap", _with())
    assert (found.state, found.reader, found.reader_version) == ("read", "tapes", "7")
    assert found.pages[0].text == "hello there"
    assert found.pages[0].lines[0].place == "0:01"


def test_a_file_goes_to_the_plugin_whose_function_knows_it(tapes: Path) -> None:
    registry = _with(magic=(), sniff="tapes_reader:is_tape")
    assert _read(b"123456hello tape", "a.txt", registry).reader == "tapes"
    assert _read(b"123456hello", "a.txt", registry).reader == "text"


def test_a_mislabelled_file_of_a_plugin_says_so(tapes: Path) -> None:
    found = _read(b"..TAPEhello there", "a.pdf", _with())
    assert found.notes == ("The name ends in .pdf, but it is a tape.",)
    found = _read(b"just words here", "a.tap", _with())
    assert (found.reader, found.notes) == (
        "text",
        ("The name ends in .tap, but it is plain text.",),
    )


def test_a_text_is_known_by_its_name_where_the_plugin_says_so(tapes: Path) -> None:
    registry = _with(magic=(), by_suffix=True, plain=True)
    assert _read(b"123456just words", "a.tap", registry).reader == "tapes"


def test_a_sniffing_function_that_fails_is_noted_and_the_file_is_read(tapes: Path) -> None:
    found = _read(b"just words here", "a.txt", _with(magic=(), sniff="tapes_reader:is_broken"))
    assert found.reader == "text"
    assert "plug-in 'tapes' could not look at the file (ValueError" in found.notes[0]


@pytest.mark.parametrize(
    ("target", "state", "told"),
    [
        ("tapes_nowhere:read", "unsupported", "which does not load (ModuleNotFoundError"),
        ("tapes_reader:gone", "unsupported", "which does not load (AttributeError"),
        ("tapes_reader:nonsense", "unsupported", "no document: it is a str and no Reading"),
        ("tapes_reader:outside", "unsupported", "page 1 has a word outside of its text"),
        ("tapes_reader:fails", "broken", "ZeroDivisionError: of a plug-in"),
    ],
)
def test_a_reader_of_a_plugin_that_fails_costs_its_file_alone(
    tapes: Path, target: str, state: str, told: str
) -> None:
    found = _read(b"..TAPEhello", "a.tap", _with(target=target))
    assert found.state == state
    assert told in found.reason


def test_a_plugin_may_read_a_format_of_ours_and_ours_steps_in_when_it_fails(tapes: Path) -> None:
    better = {"format": "table", "magic": (), "shown": ""}
    found = _read(b"123456,better\n", "a.csv", _with(**better))
    assert (found.reader, found.pages[0].text) == ("tapes", ",better")
    failing = _with(**better, target="tapes_reader:fails")
    assert _read(b"a,b\n1,2\n", "a.csv", failing).reader == "table"


async def test_a_worker_imports_what_a_plugin_names(tapes: Path) -> None:
    path = tapes / "a.tap"
    path.write_bytes(b"..TAPEhello there")
    async with Workers(count=1, registry=_with()) as workers:
        await workers.check("tapes")
        assert (await workers.parse(path, "a.tap")).document == _read(
            path.read_bytes(), "a.tap", _with()
        )
    async with Workers(count=1, registry=_with(target="tapes_nowhere:read")) as workers:
        with pytest.raises(DocumentError, match="does not load"):
            await workers.check("tapes")


_CONVERTING = """
import tempfile
from pathlib import Path
from casework.documents.typesetting.flow import Text
from casework.documents.fenced.programs import run_program
from casework.documents.reading import Reading, WantsPrograms
from casework.documents.typesetting.typeset import typeset

def read(source):
    if not source.programs:
        raise WantsPrograms("tr")
    folder = Path(tempfile.mkdtemp())
    (folder / "given").write_bytes(source.data[6:])
    ended = run_program(["sh", "-c", "tr a-z A-Z < given"], folder=folder, seconds=9)
    made = typeset([Text(ended.output, "1")], source)
    return Reading("", "", "", made.pages)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="programs of Unix")
async def test_a_reader_that_wants_a_program_is_given_a_process_that_may_start_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tapes_converter.py").write_text(_CONVERTING)
    monkeypatch.syspath_prepend(str(tmp_path))
    tape, plain = tmp_path / "a.tap", tmp_path / "a.txt"
    tape.write_bytes(b"..TAPEhello there")
    plain.write_text("just words")
    registry = _with(target="tapes_converter:read")
    async with Workers(count=1, registry=registry) as workers:
        for _ in range(2):
            found = (await workers.parse(tape, "a.tap")).document
            assert (found.state, found.pages[0].text) == ("read", "HELLO THERE"), found.reason
            assert (await workers.parse(plain, "a.txt")).document.state == "read"
        assert len(workers.pids) == 1  # as many as were asked for, of whatever kind


_FINDER = """
import importlib.machinery, importlib.util, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "tapes_elsewhere":
            return importlib.util.spec_from_file_location(name, {0!r})
        return None

sys.meta_path.insert(0, Finder())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no fence around files")
def test_a_plugin_that_is_installed_to_be_worked_on_is_read_inside_of_the_fence(
    tmp_path: Path,
) -> None:
    own, elsewhere = tmp_path / "own", tmp_path / "elsewhere" / "tapes.py"
    own.mkdir()
    elsewhere.parent.mkdir()
    elsewhere.write_text("x = 1")
    script = _FINDER.format(str(elsewhere)) + (
        "from pathlib import Path\n"
        "from casework.documents.fenced.fence import fence\n"
        "from casework.documents.reading import Limits\n"
        "fence(Limits(), Path(sys.argv[1]), packages=sys.argv[2:])\n"
        "import tapes_elsewhere\n"
    )
    run = [sys.executable, "-c", script, str(own)]
    assert subprocess.run([*run, "tapes_elsewhere"], check=False).returncode == 0
    refused = subprocess.run(run, check=False, capture_output=True, text=True)
    assert refused.returncode == 0 or "PermissionError" in refused.stderr
