"""Looks at everything that casework rests on, one finding each, with what to do about a problem.

The machine is tried out in a workspace of its own that is thrown away; the user's is only read.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from casework.base.clock import Clock
from casework.base.errors import CaseworkError
from casework.base.keys import key_file
from casework.base.settings import load
from casework.sdk.configuring import HOW_TO_TRUST
from casework.sdk.home import home_of
from casework.sdk.views import Finding
from casework.sdk.wire import House, build
from casework.sdk.wired.model_calls import endpoints_of
from casework.store.home import Home
from casework.store.store import Store
from casework.types.procedure import Rule
from casework.types.values import ValueType

_PYTHON = (3, 11)
_SQLITE = (3, 40)
_BLOBS_TRIED = 200
_DISK_LOW_BYTES = 500 << 20
_GB = 1 << 30
_SAMPLE = "invoices/documents/talleres-almagrera-A-2024-071.pdf"
_FENCES = {
    "memory": "a limit of memory",
    "cpu": "a limit of CPU time",
    "network": "no network",
    "files": "no files but their own",
    "calls": "no other programs",
}
_REINSTALL = "Install casework anew: pipx reinstall casework"

Check = Callable[[House], Awaitable[Finding]]


async def examine(workspace: Path | None) -> list[Finding]:
    """All findings: of the machine, of this user's configuration, and of the workspace if any."""
    findings = [_python()]
    findings += await _machine()
    findings += [_settings(workspace), _models(workspace), _keys(), _disk(workspace or Path.cwd())]
    if workspace is not None:
        findings += await _workspace(workspace)
    return findings


def _python() -> Finding:
    shown = ".".join(str(part) for part in sys.version_info[:3])
    fine = sys.version_info[:2] >= _PYTHON
    fix = "" if fine else f"Use Python {_PYTHON[0]}.{_PYTHON[1]} or newer."
    return Finding("Python", fine, shown, fix)


async def _machine() -> list[Finding]:
    """The database, the sandbox and the readers, tried out on something small."""
    with tempfile.TemporaryDirectory(prefix="casework-doctor-") as folder:
        try:
            house = await build(Path(folder), _in_folder)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            return [
                _broken("Workspace", error, "See whether the folder for temporary files works.")
            ]
        try:
            checks: tuple[tuple[str, Check], ...] = (
                ("SQLite", _sqlite),
                ("Rules", _rules),
                ("Reading", _reading),
                ("Fence", _fence),
                ("Plug-ins", _plugins),
                ("Extraction", _extraction),
            )
            return [await _tried(name, check, house) for name, check in checks]
        finally:
            await house.close()


async def _tried(name: str, check: Check, house: House) -> Finding:
    try:
        return await check(house)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        return _broken(name, error, _REINSTALL)


async def _sqlite(house: House) -> Finding:
    row = await house.store.database.row("SELECT sqlite_version()")
    version = str(row[0]) if row else "?"
    fine = tuple(int(part) for part in version.split(".")[:2]) >= _SQLITE
    fix = "" if fine else "Use a Python that was built with SQLite 3.40 or newer."
    return Finding("SQLite", fine, f"{version}, writes and syncs", fix)


async def _rules(house: House) -> Finding:
    rule = Rule("19 + 23", "19 + 23", ())
    found = await house.rules.evaluate(rule, {}, ValueType("number"), today=house.today())
    fine = found.value == "42"
    return Finding("Rules", fine, "the sandbox works it out" if fine else f"gave {found.value}")


async def _reading(house: House) -> Finding:
    """Read a sample in a worker and draw its page with a place marked."""
    from casework.documents.drawing.marks import Mark

    with resources.as_file(resources.files("casework.samples").joinpath(_SAMPLE)) as path:
        document = (await house.parsing.take(path, path.name))[0].document
        if not document.readable:
            return Finding("Reading", False, document.reason, _REINSTALL)
        page = document.pages[0]
        box = page.words[0].box
        picture = await house.workers.picture(path, document, page.number, [Mark(box)], 1.0)
    told = f"a worker read {document.word_count} words and drew the page ({len(picture):,} bytes)"
    return Finding("Reading", True, told)


async def _fence(house: House) -> Finding:
    """What a reading process has given up; that some systems know less is no problem to mend."""
    held = house.workers.fence
    if held is None:
        return Finding("Fence", False, "no reading process was started", _REINSTALL)
    words = {name: getattr(held, name) for name in ("memory", "cpu", "network", "files", "calls")}
    have = [_FENCES[name] for name, holds in words.items() if holds]
    lack = [_FENCES[name] for name, holds in words.items() if not holds]
    told = f"reading processes have {', '.join(have) or 'a limit of time alone'}"
    return Finding(
        "Fence", True, f"{told}; not on this system: {', '.join(lack)}" if lack else told
    )


async def _plugins(house: House) -> Finding:
    """Every plug-in, tried in a worker."""
    from casework.sdk.plugins import SWITCH_OFF, tried

    states = await tried(house.plugins, house.workers)
    broken = [state for state in states if state.problem]
    if broken:
        told = "; ".join(f"{state.name} ({state.package}): {state.problem}" for state in broken)
        return Finding("Plug-ins", False, told, SWITCH_OFF.format(broken[0].name))
    told = "; ".join(
        f"{state.name} ({state.package} {state.version}) "
        + ("is switched off" if state.off else ", ".join(state.offers))
        for state in states
    )
    return Finding("Plug-ins", True, told or "none installed")


async def _extraction(house: House) -> Finding:
    """Find a value in the sample without a model."""
    from casework.extraction.extract import Wanted, answer, prepare

    with resources.as_file(resources.files("casework.samples").joinpath(_SAMPLE)) as path:
        document = (await house.parsing.take(path, path.name))[0].document
        wanted = Wanted("total", "Total due", "", ValueType("money"))
        found = answer([prepare(document, path.name)], wanted)
    if not found.picks:
        return Finding("Extraction", False, f"no total was found: {found.reason}", _REINSTALL)
    return Finding("Extraction", True, f"found the total of a sample, {found.picks[0].text}")


def _settings(workspace: Path | None) -> Finding:
    try:
        settings = load(workspace)
    except CaseworkError as error:
        return Finding("Settings", False, error.message, error.fix)
    if settings.untrusted:
        names = ", ".join(sorted(settings.untrusted))
        told = f"the workspace's file names {names}, which is not trusted here and does not count"
        return Finding("Settings", False, told, HOW_TO_TRUST)
    chosen = sum(item.source != "default" for item in settings.all())
    return Finding("Settings", True, f"{chosen} set, the rest as shipped")


def _models(workspace: Path | None) -> Finding:
    from casework.sdk.models import list_providers

    try:
        used = [view for view in list_providers(endpoints_of(load(workspace))) if view.used_by]
    except CaseworkError as error:
        return Finding("Models", False, error.message, error.fix)
    lacking = [view for view in used if view.problem]
    if lacking:
        view = lacking[0]
        fix = f"casework settings key {view.name}, or put it into the environment."
        return Finding("Models", False, f"{view.name}: {view.problem}", fix)
    if not used:
        return Finding("Models", True, "none set; steps that need one wait")
    told = ", ".join(use for view in used for use in view.used_by)
    told = "; ".join([told, *(f"{view.name}: {view.warning}" for view in used if view.warning)])
    return Finding("Models", True, f"{told} (try it: casework models test)")


def _keys() -> Finding:
    file = key_file()
    if not file.exists():
        return Finding("Keys", True, "no key file; keys come from the environment")
    if os.name == "posix" and file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding("Keys", False, f"others can read {file}", f"chmod 600 {file}")
    return Finding("Keys", True, f"{file}, readable by you alone")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    told = f"{free / _GB:.1f} GB free"
    fine = free > _DISK_LOW_BYTES
    return Finding("Disk", fine, told, "" if fine else "Make room, or move the workspace.")


async def _workspace(folder: Path) -> list[Finding]:
    """The user's workspace: opens, is whole, its files are what they were, its procedures hold."""
    try:
        home = home_of(load(folder))
        store = await Store.open_at(folder, home)
    except CaseworkError as error:
        return [Finding("Workspace", False, error.message, error.fix)]
    try:
        return [
            await _opened(store, folder, home),
            await _whole(store, home),
            _blobs(store),
            await _leases(store),
        ]
    finally:
        await store.close()


async def _in_folder(folder: Path, home: Home, clock: Clock) -> Store:
    """A store for trying things out: never on a server."""
    return Store.create(folder, clock)


async def _opened(store: Store, folder: Path, home: Home) -> Finding:
    made = (await store.about()).get("created_at", "")[:10]
    writable = os.access(folder, os.W_OK)
    fix = "" if writable else f"Let your user write to {folder}."
    return Finding("Workspace", writable, f"{folder}, made {made}", fix)


async def _whole(store: Store, home: Home) -> Finding:
    damage = await store.database.damage()
    if damage:
        what = "the database" if home.url else "casework.db"
        fix = f"Restore {what} from a backup; the documents are kept by their hash."
        return Finding("Database", False, damage[0], fix)
    told = f"{home.url}, answers" if home.url else "whole (integrity check)"
    return Finding("Database", True, told)


def _blobs(store: Store) -> Finding:
    """Up to a few hundred files, spread over all, compared with their hashes."""
    names = list(store.blobs.all())
    step = max(1, len(names) // _BLOBS_TRIED)
    chosen = names[::step]
    for name in chosen:
        with _finding() as found:
            store.blobs.check(name)
        if found:
            return found[0]
    return Finding("Files", True, f"{len(chosen):,} of {len(names):,} compared with their hashes")


@contextmanager
def _finding() -> Iterator[list[Finding]]:
    found: list[Finding] = []
    try:
        yield found
    except CaseworkError as error:
        found.append(Finding("Files", False, error.message, error.fix))


async def _leases(store: Store) -> Finding:
    """Whether a run holds a worksheet, or ended without saying so."""
    worksheets = await store.worksheets.all()
    busy = []
    for worksheet in worksheets:
        latest = await store.runs.latest(worksheet.id, 1)
        if latest and latest[0].state == "running":
            busy.append(f"{worksheet.name} ({latest[0].holder})")
    if busy:
        return Finding("Worksheets", True, f"{len(worksheets)}; running: {', '.join(busy)}")
    return Finding("Worksheets", True, f"{len(worksheets)}, none running")


def _broken(name: str, error: Exception, fix: str) -> Finding:
    if isinstance(error, CaseworkError):
        return Finding(name, False, error.message, error.fix or fix)
    return Finding(name, False, f"{type(error).__name__}: {error}", fix)
