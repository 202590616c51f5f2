"""Every tool says what it does, what it may and what its arguments mean; the docs say the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from net30.assistant.arguments import Access
from net30.assistant.calls import access_of, description_of, tool, tool_names

PAGE = Path(__file__).parents[2] / "docs" / "assistant.md"
ACCESSES = {Access.READ: "looks", Access.WRITE: "writes a draft", Access.CONFIRM: "asks first"}


def models_of(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The arguments, and the models of their lists."""
    yield model
    for name, field in model.model_fields.items():
        for inner in getattr(field.annotation, "__args__", ()):
            if name != "filters" and isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from models_of(inner)


def row_of(name: str) -> str:
    """The line of the docs' table that tells a tool."""
    arguments = ", ".join(
        (field.alias or key) + ("" if field.is_required() else "?")
        for key, field in tool(name).Args.model_fields.items()
        if not field.exclude
    )
    return (
        f"| `{name}` | {ACCESSES[access_of(name)]} | {description_of(name)} | {arguments or '–'} |"
    )


@pytest.mark.parametrize("name", tool_names())
def test_every_argument_is_described(name: str) -> None:
    described = list(models_of(tool(name).Args))
    for model in described:
        assert model.__doc__
        for key, field in model.model_fields.items():
            assert field.description, f"{name}: {key}"
            assert field.description.endswith("."), f"{name}: {key}"
    assert len(described) == (2 if name == "create_invoice" else 1)


@pytest.mark.parametrize("name", tool_names())
def test_a_tool_is_described_in_one_line_that_every_model_and_the_help_show(name: str) -> None:
    said = description_of(name)
    assert 10 < len(said) <= 100
    assert (tool(name).__doc__ or "").strip() == f"{said}."


@pytest.mark.parametrize("name", tool_names())
def test_the_docs_have_a_line_of_every_tool(name: str) -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    assert row_of(name) in lines, row_of(name)
