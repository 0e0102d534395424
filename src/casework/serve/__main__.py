"""`python -m casework.serve`: what `casework studio` becomes."""

from __future__ import annotations

from casework.serve.run import main

if __name__ == "__main__":
    main()
