"""The examples in the docstrings of kernel and domain come out as they say."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import net30.domain
import net30.kernel

MODULES = [
    found.name
    for room in (net30.kernel, net30.domain)
    for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_docstrings_examples_are_true(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples_to_try() -> None:
    assert sum(doctest.testmod(import_module(name)).attempted for name in MODULES) > 8
