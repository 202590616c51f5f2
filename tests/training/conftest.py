"""Keras takes its backend from the environment; libraries that learn wait without spinning."""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
