"""Reading: the text of a GraphQL document as its parts; one that is too long is read no further."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    Node,
    parse,
)

from net30.kernel.errors import InputError, LimitExceeded

CHARACTERS_MAX = 20_000
TOKENS_MAX = 3_000
DOCUMENTS_KEPT = 256
ALIASES_MAX = 30
DIRECTIVES_MAX = 30
FRAGMENTS_MAX = 30
FIELDS_MAX = 500


@lru_cache(maxsize=DOCUMENTS_KEPT)
def read_document(text: str) -> DocumentNode:
    """Return a document's parts.

    Raises LimitExceeded for one that is too long, or has more aliases, directives, fragments or
    fields than anybody needs; InputError for what is no GraphQL.
    """
    if len(text) > CHARACTERS_MAX:
        raise too_much(f"the document has more than {CHARACTERS_MAX:,} characters", "graphql_size")
    try:
        document = parse(text, no_location=False, max_tokens=TOKENS_MAX)
    except RecursionError:
        raise too_much("the document is nested too deeply", "graphql_depth") from None
    except GraphQLSyntaxError as error:
        if f"more that {TOKENS_MAX}" in error.message or f"more than {TOKENS_MAX}" in error.message:
            raise too_much(
                f"the document has more than {TOKENS_MAX:,} words", "graphql_size"
            ) from None
        raise _no_graphql(error) from error
    _check_counts(document)
    return document


def too_much(what: str, code: str) -> LimitExceeded:
    """Return the error of a document that asks for too much."""
    return LimitExceeded(
        what,
        hint="ask for less at once, in several requests; docs/graphql.md has the limits",
        code=code,
    )


def _check_counts(document: DocumentNode) -> None:
    counts = {"aliases": 0, "directives": 0, "fragments": 0, "fields": 0}
    for node in _nodes(document):
        if isinstance(node, FieldNode):
            counts["fields"] += 1
            counts["aliases"] += node.alias is not None
        elif isinstance(node, DirectiveNode):
            counts["directives"] += 1
        elif isinstance(node, FragmentDefinitionNode):
            counts["fragments"] += 1
    for name, most in (
        ("aliases", ALIASES_MAX),
        ("directives", DIRECTIVES_MAX),
        ("fragments", FRAGMENTS_MAX),
        ("fields", FIELDS_MAX),
    ):
        if counts[name] > most:
            raise too_much(
                f"the document has {counts[name]} {name}, {most} are allowed", f"graphql_{name}"
            )


def _nodes(document: DocumentNode) -> Iterator[Node]:
    waiting: list[Node] = [document]
    while waiting:
        node = waiting.pop()
        yield node
        for key in node.keys:
            part = getattr(node, key, None)
            if isinstance(part, Node):
                waiting.append(part)
            elif isinstance(part, list | tuple):
                waiting += [one for one in part if isinstance(one, Node)]


def _no_graphql(error: GraphQLError) -> InputError:
    return InputError(
        f"the document is not GraphQL: {error.message[:200]}",
        hint="at "
        + ", ".join(f"line {one.line}, column {one.column}" for one in error.locations or ()),
        code="graphql_syntax",
    )
