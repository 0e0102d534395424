"""How well first pages are told in files that hold several documents.

Run: .venv/bin/python benchmarks/splitting.py [--data ../shared/data/documents] [--json]

Bundles are made of development PDFs: one to eight of e-invoices, ad-buys and NDAs one behind the
other, some with a blank page between; a third of them is one document alone, which must be left
whole. Only documents are used from which the weights were not learnt (`HALF`). `plain` are the
pages as they are, `unnumbered` the same with every figure made a letter, as poor scans have them. A
cut is right at the first page of a document; what an ad-buy or an exhibit holds in itself counts
as wrong. `alone_cut` is how many documents by themselves would be told as a bundle.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
import time
from dataclasses import replace
from pathlib import Path

from casework.documents.open import parse
from casework.documents.reading import Limits
from casework.documents.splitting.parts import found_parts, is_bundle
from casework.types.document import Document, Page

SETS = ("einvoices", "adbuys", "ndas")
HALF = 1
"""The half of the documents, by the hash of their names, that the weights have not seen."""
SEED = 2
BUNDLES = 120
_ALONE = 0.35
_BLANK = 0.15
_NUMBERS = re.compile(r"\d")


def documents_of(folder: Path) -> dict[str, list[Document]]:
    """The readable documents of each set."""
    found: dict[str, list[Document]] = {}
    for name in SETS:
        for path in sorted((folder / name).rglob("*.pdf")):
            if int(hashlib.md5(path.name.encode()).hexdigest(), 16) % 2 != HALF:
                continue
            document = parse(path.read_bytes(), path.name, Limits()).document
            if document.state == "read" and any(page.text.strip() for page in document.pages):
                found.setdefault(name, []).append(document)
    return found


def bundle(sets: dict[str, list[Document]], chance: random.Random) -> tuple[Document, set[int]]:
    """A file of several documents, and the pages on which all but the first begin."""
    kind = chance.choice([*SETS, "adbuys", "mixed", "mixed"])
    wanted = 1 if chance.random() < _ALONE else chance.randint(2, 8)
    chosen: list[Document] = []
    for _ in range(wanted):
        one = chance.choice(sets[kind if kind in sets else chance.choice(list(sets))])
        if one not in chosen:
            chosen.append(one)
    blank = chance.random() < _BLANK
    pages: list[Page] = []
    begins: set[int] = set()
    for document in chosen:
        if pages and blank:
            pages.append(Page(len(pages) + 1, 595, 842, "", (), (), state="empty"))
        if pages:
            texts = [bool(page.text.strip()) for page in document.pages]
            begins.add(len(pages) + 1 + texts.index(True))
        pages += [replace(p, number=len(pages) + n) for n, p in enumerate(document.pages, 1)]
    return replace(chosen[0], pages=tuple(pages)), begins


def unnumbered(document: Document) -> Document:
    """The document with every figure made a letter: no counter, number or date is left."""
    pages = (replace(page, text=_NUMBERS.sub("x", page.text)) for page in document.pages)
    return replace(document, pages=tuple(pages))


def measure(bundles: list[tuple[Document, set[int]]]) -> dict[str, object]:
    """Cuts found, missed and wrong."""
    cuts = found = wrong = pages = 0
    began = time.process_time()
    for document, begins in bundles:
        told = {part.first for part in found_parts(document)[1:]}
        cuts += len(begins)
        found += len(told & begins)
        wrong += len(told - begins)
        pages += len(document.pages)
    spent = time.process_time() - began
    return {
        "bundles": len(bundles),
        "cuts": cuts,
        "found": found,
        "wrong": wrong,
        "precision": round(found / max(1, found + wrong), 3),
        "recall": round(found / max(1, cuts), 3),
        "ms_a_page": round(1000 * spent / max(1, pages), 2),
    }


def main() -> None:
    """Measure both kinds, and documents by themselves."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data/documents"))
    parser.add_argument("--json", action="store_true", help="only the last line")
    told = parser.parse_args()
    if not told.data.exists():
        print(f"{told.data} is not there: nothing is measured", file=sys.stderr)
        print("{}")
        return
    sets = documents_of(told.data)
    chance = random.Random(SEED)
    bundles = [bundle(sets, chance) for _ in range(BUNDLES)]
    alone = [document for documents in sets.values() for document in documents]
    figures = {
        "plain": measure(bundles),
        "unnumbered": measure([(unnumbered(one), begins) for one, begins in bundles]),
        "alone": len(alone),
        "alone_cut": sum(is_bundle(found_parts(document)) for document in alone),
    }
    if not told.json:
        for name in ("plain", "unnumbered"):
            print(f"{name:<11} {figures[name]}", file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
