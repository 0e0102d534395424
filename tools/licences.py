"""Keeps docs/dependencies.md true: every locked runtime library, its licence, what it is for.

Versions come from requirements.lock, licences from the installed metadata; what a library is
for is written by a person in the table and kept. Run with --write to rewrite the table,
without to check it.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEADER = "| library | version | licence | needed by | what for |"
RULE = "|---|---|---|---|---|"
UNSAID = "?"

# Metadata from before SPDX expressions, in today's words.
SPDX = {
    "Apache 2.0": "Apache-2.0",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
}
COPYLEFT = re.compile(r"\b(A|L)?GPL|\bGNU\b|Affero", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One library in the table. `needed_by` is casework or the libraries that pull it in."""

    library: str
    version: str
    licence: str
    needed_by: str
    purpose: str

    def line(self) -> str:
        cells = (self.library, self.version, self.licence, self.needed_by, self.purpose)
        return f"| {' | '.join(cells)} |"


def canonical(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(text: str) -> dict[str, str]:
    """Name to version; a library locked twice (by Python version) has both, with a comma."""
    found: dict[str, str] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", text, re.MULTILINE):
        key = canonical(name)
        found[key] = f"{found[key]}, {version}" if key in found else version
    return found


def read_table(text: str) -> dict[str, Row]:
    """The rows under the header, by library. Raises ValueError for a row with other cells."""
    rows: dict[str, Row] = {}
    lines = text.splitlines()
    start = lines.index(HEADER) + 2 if HEADER in lines else len(lines)
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != len(HEADER.strip("|").split("|")):
            raise ValueError(f"docs/dependencies.md: this row needs five cells: {line}")
        rows[canonical(cells[0])] = Row(*cells)
    return rows


def licence_of(name: str) -> str | None:
    """The licence that the installed library states; None when it is not installed here."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    fields = [*(about.get_all("License-Expression") or []), *(about.get_all("License") or [])]
    fields += [c for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    stated = [SPDX.get(field, field) for field in fields if field and "\n" not in field]
    return stated[0] if stated else UNSAID


def problems(locked: Mapping[str, str], rows: Mapping[str, Row]) -> list[str]:
    """What the table lacks or gets wrong, and licences that we do not take."""
    again = "run: .venv/bin/python tools/licences.py --write"
    found = []
    for name, version in sorted(locked.items()):
        row = rows.get(name)
        if row is None:
            found.append(f"{name}: missing in docs/dependencies.md; {again}")
            continue
        if row.version != version:
            found.append(f"{name}: the table says {row.version}, locked is {version}; {again}")
        # Of two locked versions only one is installed, and the other may state another licence.
        stated = None if "," in version else licence_of(name)
        if stated not in (None, row.licence):
            found.append(f"{name}: the table says {row.licence}, it states {stated}; {again}")
        if COPYLEFT.search(row.licence):
            found.append(f"{name}: {row.licence} is a licence that we do not take; replace it")
        found += [
            f"{name}: write in docs/dependencies.md {what}"
            for what, cell in (("its licence", row.licence), ("what it is for", row.purpose))
            if cell in ("", UNSAID)
        ]
    found += [f"{name}: not locked any more; {again}" for name in sorted(rows.keys() - locked)]
    return found


def needed_by(locked: Mapping[str, str], direct: set[str]) -> dict[str, str]:
    """For each locked library who asks for it: casework itself, else the libraries that do."""
    askers: dict[str, set[str]] = {name: set() for name in locked}
    for name in locked:
        try:
            requires = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        for requirement in requires:
            match = re.match(r"[A-Za-z0-9._-]+", requirement)
            if match and "extra ==" not in requirement and canonical(match[0]) in askers:
                askers[canonical(match[0])].add(name)
    return {
        name: "casework" if name in direct else ", ".join(sorted(found)) or UNSAID
        for name, found in askers.items()
    }


def rewritten(text: str, locked: Mapping[str, str], direct: set[str]) -> str:
    """The document with its table made anew; purposes, and licences not seen here, are kept."""
    old = read_table(text)
    needs = needed_by(locked, direct)
    rows = []
    for name, version in sorted(locked.items()):
        row = old.get(name, Row(name, version, UNSAID, UNSAID, UNSAID))
        licence = licence_of(name) or row.licence
        asked = needs[name] if needs[name] != UNSAID else row.needed_by
        rows.append(replace(row, version=version, licence=licence, needed_by=asked).line())
    lines = text.splitlines()
    start = lines.index(HEADER)
    rest = lines[start + 2 + len(old) :]
    return "\n".join([*lines[:start], HEADER, RULE, *rows, *rest]) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description="check or rewrite docs/dependencies.md")
    parser.add_argument("--write", action="store_true", help="rewrite the table first")
    options = parser.parse_args()
    table = ROOT / "docs" / "dependencies.md"
    locked = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    if options.write:
        text = table.read_text(encoding="utf-8")
        table.write_text(rewritten(text, locked, direct_dependencies()), encoding="utf-8")
    found = problems(locked, read_table(table.read_text(encoding="utf-8")))
    print("\n".join(found) or f"{len(locked)} libraries, all listed with licences we take")
    return 1 if found else 0


def direct_dependencies() -> set[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["dependencies"]
    return {canonical(re.split(r"[^A-Za-z0-9._-]", name, maxsplit=1)[0]) for name in wanted}


if __name__ == "__main__":
    sys.exit(main())
