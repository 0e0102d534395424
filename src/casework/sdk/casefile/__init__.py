"""One case as a laid-out form beside its documents."""
