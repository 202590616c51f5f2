"""What all tests share: examples are drawn without a time limit, on a machine that may be busy."""

from __future__ import annotations

import os

from hypothesis import settings

# As `net30 train` does: threads of learning libraries that spin slow a busy machine down.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

settings.register_profile("net30", deadline=None)
settings.load_profile("net30")
