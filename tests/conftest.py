"""What all tests share: examples are drawn without a time limit, on a machine that may be busy."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("net30", deadline=None)
settings.load_profile("net30")
