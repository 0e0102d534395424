"""Who may come in and what they may touch: accounts, sign-in, keys of programs, locks, deeds."""
