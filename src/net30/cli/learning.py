"""Learning: what libraries that learn must be told before the first of them is loaded."""

from __future__ import annotations

import os


def prepare_to_learn() -> None:
    """Make their threads wait without spinning, and name Keras its backend; what is set stays.

    On a busy machine spinning made a training of seconds one of minutes. Both count only before
    the first learning library is loaded, and are read from the environment only.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("KERAS_BACKEND", "jax")
