"""What the parsers of others share: files named on standard input, counts on standard output."""

import json
import sys
from collections.abc import Callable


def parsed(words: Callable[[str], list[int]]) -> None:
    """Parse each file; `words` gives the number of words of each page of one."""
    pages = found = failed = 0
    for line in sys.stdin:
        try:
            counts = words(line.rstrip("\n"))
        except Exception:  # noqa: BLE001 - counted
            failed += 1
        else:
            pages += len(counts)
            found += sum(counts)
    print(json.dumps({"pages": pages, "words": found, "failed": failed}))
