"""Bombs: documents that would bring a server down which carries them out."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Bomb = Any
"""The body of a request: one document with its variables, or a list of them."""


def _one(query: str, **variables: object) -> Bomb:
    return {"query": query, "variables": variables}


def deep(chance: random.Random) -> Bomb:
    """A customer's invoices' customer's invoices' ..."""
    steps = chance.randrange(8, 40)
    inner = "invoices(first: 1) { nodes { customerRecord { " * steps
    return _one('{ customer(customer: "Acme Corp") { ' + inner + "id" + " } } }" * steps + " } }")


def very_deep(chance: random.Random) -> Bomb:
    """Brackets that a reader which calls itself does not survive."""
    count = chance.randrange(1_000, 9_000)
    return _one(chance.choice(["{a" * count, "{a(b: " + "[" * count, "{a(b:{" + "c:{" * count]))


def aliases(chance: random.Random) -> Bomb:
    """One costly field under many names."""
    names = range(chance.randrange(31, 400))
    return _one("{" + " ".join(f"a{at}: me {{ name }}" for at in names) + "}")


def costly(chance: random.Random) -> Bomb:
    """Few names, each for something that works through all the books."""
    fields = chance.choice(["figures { asOf }", "worklist { asOf }", "forecast { asOf }"])
    return _one("{" + " ".join(f"a{at}: {fields}" for at in range(25)) + "}")


def rows(chance: random.Random) -> Bomb:
    """Pages of pages of pages."""
    sizes = [chance.randrange(100, 501) for _ in range(3)]
    return _one(
        f"{{ customers(first: {sizes[0]}) {{ nodes {{ invoices(first: {sizes[1]}) {{ nodes {{"
        f" customerRecord {{ payments(first: {sizes[2]}) {{ nodes {{ unapplied {{ amount"
        " } } } } } } } } }"
    )


def rows_by_variable(chance: random.Random) -> Bomb:
    """The same, its sizes where a reader of the document alone does not see them."""
    size = chance.choice([500, 10**9, -1, "500", 2**70])
    return _one(
        "query ($n: Int = 500, $m: Int) { customers(first: $n) { nodes { invoices(first: $m) {"
        " nodes { id number currency notes { text } lines { id name unit } } } } } }",
        m=size,
    )


def doubling(chance: random.Random) -> Bomb:
    """Fragments of which each holds the next one twice: 2 to the power of their number."""
    steps = chance.randrange(16, 30)
    parts = [
        f"fragment F{at} on Query {{ ...F{at + 1} ... on Query {{ ...F{at + 1} }} }}"
        for at in range(steps)
    ]
    return _one("{ ...F0 } " + " ".join(parts) + f" fragment F{steps} on Query {{ me {{ name }} }}")


def circle(chance: random.Random) -> Bomb:
    """Fragments that contain themselves."""
    steps = chance.randrange(1, 20)
    parts = [f"fragment F{at} on Query {{ ...F{(at + 1) % steps} }}" for at in range(steps)]
    return _one("{ ...F0 } " + " ".join(parts))


def batch(chance: random.Random) -> Bomb:
    """Many documents in one request, or a few that are dear together."""
    if chance.random() < 0.5:
        return [_one("{ me { name } }")] * chance.randrange(11, 2_000)
    return [
        _one(
            "{ " + f"customers(first: {400 + at}) {{ nodes {{ id party {{ name }} currency "
            "claims { balance { amount currency } } } } }"
        )
        for at in range(10)
    ]


def same_field(chance: random.Random) -> Bomb:
    """One field again and again: every pair must be compared."""
    return _one("{ me {" + " name" * chance.randrange(501, 2_900) + "} }")


def directives(chance: random.Random) -> Bomb:
    """Directives upon directives."""
    return _one("{ me { name" + " @include(if: true)" * chance.randrange(31, 900) + " } }")


def long_text(chance: random.Random) -> Bomb:
    """A document that is long, of words, of remarks, or of one text."""
    size = chance.randrange(20_001, 1_500_000)
    return _one(
        chance.choice(
            [
                "{ me { name } } #" + "x" * size,
                "{ me { name } }" + " " * size,
                '{ customer(customer: "' + "x" * size + '") { id } }',
                "#\n" * (size // 2) + "{ me { name } }",
                "{ me { name } }" + "," * size,
            ]
        )
    )


def many_words(chance: random.Random) -> Bomb:
    """More words than a document may have, in few characters."""
    return _one(chance.choice(["{" + "a " * 5_000 + "}", "[" * 9_000, "!" * 9_000, "#\n" * 9_000]))


def many_operations(chance: random.Random) -> Bomb:
    """Operations of which none is named."""
    count = chance.randrange(2, 200)
    return _one(" ".join(f"query Q{at} {{ me {{ name }} }}" for at in range(count)))


def schema_of_schema(chance: random.Random) -> Bomb:
    """The types of the fields of the types of the fields ..."""
    steps = chance.randrange(3, 8)
    inner = "fields { name type { name " * steps
    return _one("{ __schema { types { " + inner + "kind" + " } }" * steps + " } } }")


def changes(chance: random.Random) -> Bomb:
    """One change under many names."""
    change = (
        'addCustomer(idempotencyKey: "{0}", input: {{id: "", party: {{name: "B{0}"}}}}) {{ id }}'
    )
    names = range(chance.randrange(31, 150))
    return _one("mutation {" + " ".join(f"a{at}: " + change.format(at) for at in names) + "}")


def deep_variables(chance: random.Random) -> Bomb:
    """Variables nested beyond what a reader survives."""
    nested: object = []
    for _ in range(chance.randrange(40, 300)):
        nested = [nested]
    return _one("query ($a: JSON) { me { name } }", a=nested)


BOMBS: tuple[Callable[[random.Random], Bomb], ...] = (
    deep,
    very_deep,
    aliases,
    costly,
    rows,
    rows_by_variable,
    doubling,
    circle,
    batch,
    same_field,
    directives,
    long_text,
    many_words,
    many_operations,
    schema_of_schema,
    changes,
    deep_variables,
)
