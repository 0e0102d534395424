"""The entry of the program `casework`. Asked for its version, it loads nothing else."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from importlib.metadata import version

        sys.stdout.write(f"casework {version('casework')}\n")
        return
    from casework.cli.app import make_app

    make_app()()


if __name__ == "__main__":
    main()
