"""Arenas: the memory that a process of many threads keeps for each of them."""

from __future__ import annotations

import ctypes

ARENAS = 2
_M_ARENA_MAX = -8  # malloc.h of glibc


def few_arenas() -> bool:
    """Have all threads share two arenas; return whether the system's C library does so.

    glibc gives each thread one of its own, up to eight a processor, and what one has given back no
    other uses: a server that makes figures in its request threads grows by a fifth and asks the
    system for half as many pages again. Python's lock lets no more than one ask at a time anyway.
    """
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS))
    except (AttributeError, OSError, TypeError):  # another C library, another system
        return False
