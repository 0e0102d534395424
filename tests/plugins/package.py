"""A plug-in as a package on disk: modules, and the metadata by which it is found."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def install(
    folder: Path, name: str, modules: Mapping[str, str], *, entry: str, version: str = "1.0"
) -> None:
    """Put a package into a folder as an installer does; `entry` is what its entry point names."""
    for path, text in modules.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    about = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (about / "entry_points.txt").write_text(f"[casework]\n{name} = {entry}\n")


def one_reader(**fields: str) -> str:
    """A module whose hook gives one reader with these fields, each as Python."""
    given = {
        "name": "'tapes'",
        "format": "'tape'",
        "target": "'tapes:read'",
        "version": "'1'",
        "shown": "'a tape'",
        **fields,
    }
    arguments = ", ".join(f"{field}={value}" for field, value in given.items())
    return (
        "from casework.plugins.hookspecs import hookimpl\n"
        "from casework.types.plugin import Magic, ReaderSpec\n\n"
        "@hookimpl\ndef casework_readers():\n"
        f"    return [ReaderSpec({arguments})]\n"
    )
