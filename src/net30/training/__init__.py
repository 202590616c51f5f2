"""Training: one model family a file, learned from a ledger, judged in the order of time."""
