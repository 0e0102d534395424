"""Floor 2: what happened and what it cost: spans, money, and telling listeners."""
