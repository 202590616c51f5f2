"""Reading: the text of a GraphQL document as its parts; one that is too long is read no further."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSyntaxError,
    Node,
    parse,
)

from net30.api.graphql.limits import LIMITS, Limits, too_much
from net30.kernel.errors import InputError

DOCUMENTS_KEPT = 256
# What graphql-core says of a document that it read no further.
_TOO_MANY = re.compile("more tha[nt] [0-9]+ tokens")
_WORD = re.compile(r"\w+|[^\s\w,]")
_TOO_DEEP = re.compile("nested|recursion", re.IGNORECASE)


@lru_cache(maxsize=DOCUMENTS_KEPT)
def read_document(text: str, limits: Limits = LIMITS) -> DocumentNode:
    """Return a document's parts.

    The words of texts and remarks count too: long texts belong into variables. Raises
    LimitExceeded for one that is too long, or has more aliases, directives, fragments or
    fields than anybody needs; InputError for what is no GraphQL.
    """
    if len(text) > limits.characters:
        raise too_much(
            f"the document has more than {limits.characters:,} characters", "graphql_size"
        )
    words = sum(1 for _ in islice(_WORD.finditer(text), limits.tokens + 1))
    if words > limits.tokens:  # reading them would take much longer
        raise _too_many_words(limits)
    try:
        document = parse(text, max_tokens=limits.tokens)
    except GraphQLSyntaxError as error:
        raise _unreadable(error, limits) from error
    _check_counts(document, limits)
    return document


def _check_counts(document: DocumentNode, limits: Limits) -> None:
    kinds = Counter(_kind(node) for node in _nodes(document))
    for name, most, code in (
        ("aliases", limits.aliases, "graphql_aliases"),
        ("directives", limits.directives, "graphql_directives"),
        ("fragments", limits.fragments, "graphql_fragments"),
        ("fields", limits.fields, "graphql_fields"),
    ):
        found = kinds[name] + (kinds["aliases"] if name == "fields" else 0)
        if found > most:
            raise too_much(f"the document has {found} {name}, {most} are allowed", code)


def _kind(node: Node) -> str:
    if isinstance(node, FieldNode):
        return "aliases" if node.alias else "fields"
    if isinstance(node, DirectiveNode):
        return "directives"
    return "fragments" if isinstance(node, FragmentDefinitionNode) else ""


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


def _unreadable(error: GraphQLSyntaxError, limits: Limits) -> InputError:
    if _TOO_MANY.search(error.message):
        return _too_many_words(limits)
    if _TOO_DEEP.search(error.message):
        return too_much("the document is nested too deeply", "graphql_depth")
    places = (f"line {one.line}, column {one.column}" for one in error.locations or ())
    return InputError(
        f"the document is not GraphQL: {error.message[:200]}",
        hint="at " + ", ".join(places),
        code="graphql_syntax",
    )


def _too_many_words(limits: Limits) -> InputError:
    return too_much(f"the document has more than {limits.tokens:,} words", "graphql_size")
