"""Training: one model family a file, learned from a ledger, judged in the order of time."""

from __future__ import annotations

import os

# Their threads wait for each other without spinning: on a busy machine spinning made a training of
# two seconds one of two minutes. It counts only before the first of the libraries is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
