"""Reads floors.toml: floors, exceptions and owners as one frozen value."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FLOORS = Path(__file__).with_name("floors.toml")


@dataclass(frozen=True, slots=True)
class House:
    """What floors.toml says. Higher floors may know lower ones, never the other way."""

    floors: Mapping[str, int]
    only: Mapping[str, frozenset[str]]
    never: Mapping[str, frozenset[str]]
    only_from: Mapping[str, frozenset[str]]
    owners: Mapping[str, frozenset[str]]
    data_folders: frozenset[str]


def read_house(path: Path = FLOORS) -> House:
    with path.open("rb") as file:
        data = tomllib.load(file)

    def sets(key: str) -> dict[str, frozenset[str]]:
        return {name: frozenset(rooms) for name, rooms in data.get(key, {}).items()}

    return House(
        floors=data["floors"],
        only=sets("only"),
        never=sets("never"),
        only_from=sets("only_from"),
        owners=sets("owners"),
        data_folders=frozenset(data.get("data_folders", ())),
    )
