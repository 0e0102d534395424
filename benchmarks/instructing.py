"""How many documents that are no written procedures would be taken for one.

Every folder either holds `gold.jsonl` and `docs/` (see `benchmarks/extraction.py`), or any files.
With `--procedures` the files are written procedures, and those that are missed count. Prints one
JSON object as its last line.

    .venv/bin/python benchmarks/instructing.py ../shared/data/documents/{ndas,adbuys,receipts}
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # as a script has it, for the tests too
import extraction as measured

from casework.documents.open import open_document
from casework.documents.reading import Limits
from casework.extraction.suggest.instructing import speech_of
from casework.types.document import Document


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 0 when done, 2 when asked for what is not here."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--procedures", action="store_true", help="all of them are procedures")
    parser.add_argument("--json", action="store_true", help="accepted; the last line always is")
    options = parser.parse_args(arguments)
    missing = [str(one) for one in options.folders if not one.is_dir()]
    if missing:
        print(f"There is no folder {', '.join(missing)}.", file=sys.stderr)
        return 2
    looked = empty = 0
    wrong: list[str] = []
    for folder in options.folders:
        for name, document in _documents(folder):
            looked += 1
            empty += not document.readable
            if speech_of(document, name).instructs is not options.procedures:
                wrong.append(f"{folder.name}/{name}")
    told = {
        "documents": looked,
        "without_text": empty,
        "missed" if options.procedures else "taken": len(wrong),
        "share": round(len(wrong) / max(looked, 1), 4),
        "names": wrong,
    }
    print(json.dumps(told, ensure_ascii=False))
    return 0


def _documents(folder: Path) -> Iterator[tuple[str, Document]]:
    gold = folder / "gold.jsonl"
    if gold.exists():
        for line in gold.read_text("utf-8").splitlines():
            row = json.loads(line)
            yield str(row["id"]), measured._document(folder, row)
        return
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        yield path.name, open_document(path, path.name, Limits()).document


if __name__ == "__main__":
    raise SystemExit(main())
