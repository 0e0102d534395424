"""Makes the synthetic sample documents from the texts beside it.

    python -m tools.samples.build            writes what differs
    python -m tools.samples.build --check    says what differs and fails

A source `texts/claims/MB-1/receipt.pdf.txt` becomes `claims/documents/MB-1/receipt.pdf`; the
name's ending decides the renderer. A source whose name begins with `_` is made only for others
(an attachment). It knows nothing of what is in the documents.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.samples import mail, office, paper, scan, web
from tools.samples.markup import Source, parse

TEXTS = Path(__file__).parent / "texts"
SAMPLES = Path(__file__).resolve().parents[2] / "src" / "casework" / "samples"
KINDS = ("invoices", "claims", "agreements")
LATE = "late"

RENDERERS: dict[str, Callable[[Source], bytes]] = {
    "pdf": paper.pdf,
    "docx": office.word,
    "xlsx": office.sheet,
    "html": web.page,
    "md": web.markdown,
    "txt": web.text,
}


def synthetic() -> dict[str, bytes]:
    """Every synthetic document: its path below the samples folder, and its bytes."""
    made: dict[str, bytes] = {}
    for kind in KINDS:
        for path in sorted((TEXTS / kind).rglob("*.txt")):
            if not path.name.startswith("_"):
                made[target(kind, path)] = render(path)
    return made


def target(kind: str, path: Path) -> str:
    """Where the document of a source text stands below the samples folder."""
    inside = path.relative_to(TEXTS / kind)
    folder = kind if inside.parts[0] == LATE else f"{kind}/documents"
    return f"{folder}/{inside.with_suffix('').as_posix()}"


def render(path: Path) -> bytes:
    """The document of one source text, with what its settings then do to it: `copy` (the
    bytes of another source), `scan` (a picture of it), `keep` (only that many first bytes)."""
    source = parse(path.read_text(encoding="utf-8"))
    settings = source.settings
    if "copy" in settings:
        return render(path.with_name(settings["copy"] + ".txt"))
    ending = path.with_suffix("").suffix.removeprefix(".")
    if ending == "eml":
        return mail.mail(source, _attachments(path, settings.get("attach", "")))
    data = RENDERERS[ending](source)
    if "scan" in settings:
        data = scan.scanned(data, seed=int(settings["scan"]))
    return data[: int(settings["keep"])] if "keep" in settings else data


def _attachments(path: Path, names: str) -> dict[str, bytes]:
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    return {name: render(path.with_name(f"_{name}.txt")) for name in wanted}


def differing(made: Mapping[str, bytes], root: Path = SAMPLES) -> dict[str, bytes]:
    """Those of the documents that are missing below `root` or have other bytes there."""
    return {
        name: data
        for name, data in made.items()
        if not (root / name).is_file() or (root / name).read_bytes() != data
    }


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the synthetic sample documents.")
    parser.add_argument("--check", action="store_true", help="only say what differs")
    check: bool = parser.parse_args().check
    changed = differing(synthetic())
    for name, data in changed.items():
        print(f"{'differs' if check else 'wrote'}: {name} ({len(data):,} bytes)")
        if not check:
            (SAMPLES / name).parent.mkdir(parents=True, exist_ok=True)
            (SAMPLES / name).write_bytes(data)
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
