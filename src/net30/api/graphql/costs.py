"""Costs: how deep a document goes and how many values it may bring, told before it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_list_type,
)

from net30.api.answers.paging import ROWS_MAX, ROWS_USUAL
from net30.api.graphql.reading import too_much
from net30.kernel.errors import InputError

DEPTH_MAX = 15
COST_MAX = 30_000
INTROSPECTION_DEPTH_MAX = 20
INTROSPECTION_COST_MAX = 700_000
LIST_ROWS = 5
"""How many rows a list without pages is taken to have: lines of an invoice, claims."""
COST_KEY = "net30-cost"
DEFINITION = "strawberry-definition"
_DIGITS_MAX = 9
_INTROSPECTION_ROWS = {"types": 400, "fields": 8, "args": 3, "enumValues": 5, "inputFields": 6}


@dataclass(frozen=True, slots=True)
class Weight:
    """How many values are asked for at most, and how many steps deep."""

    cost: int = 0
    depth: int = 0
    introspection: int = 0


@dataclass(slots=True)
class Scales:
    """Weighs one document for one set of variables."""

    schema: GraphQLSchema
    document: DocumentNode
    variables: Mapping[str, Any]  # Any: JSON
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    defaults: dict[str, ValueNode] = field(default_factory=dict)
    weighed: dict[str, Weight] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        """Return an operation's weight.

        Raises LimitExceeded for one that is too deep or brings too much, InputError for fragments
        that contain themselves.
        """
        self.fragments = {
            one.name.value: one
            for one in self.document.definitions
            if isinstance(one, FragmentDefinitionNode)
        }
        self.defaults = {
            one.variable.name.value: one.default_value
            for one in operation.variable_definitions or ()
            if one.default_value is not None
        }
        root = self.schema.get_root_type(operation.operation)
        found = self._selected(operation.selection_set, root, 0)
        if found.depth > DEPTH_MAX:
            raise _too_deep(DEPTH_MAX)
        if found.cost > COST_MAX or found.introspection > INTROSPECTION_COST_MAX:
            raise too_much(
                f"the document may bring {found.cost + found.introspection:,} values, "
                f"{COST_MAX:,} are allowed",
                "graphql_cost",
            )
        return found

    def _selected(
        self, selected: SelectionSetNode | None, owner: GraphQLNamedType | None, depth: int
    ) -> Weight:
        """Return the weight of what is selected of a type, at some depth."""
        if depth > INTROSPECTION_DEPTH_MAX:
            raise _too_deep(INTROSPECTION_DEPTH_MAX)
        cost = deepest = introspection = 0
        for one in selected.selections if selected else ():
            if isinstance(one, FieldNode):
                part = self._field(one, owner, depth)
            elif isinstance(one, InlineFragmentNode):
                named = one.type_condition
                meant = self.schema.get_type(named.name.value) if named else owner
                part = self._selected(one.selection_set, meant, depth + 1)
            elif isinstance(one, FragmentSpreadNode):
                part = self._spread(one.name.value, depth)
            cost += part.cost
            introspection += part.introspection
            deepest = max(deepest, part.depth)
        return Weight(cost, deepest, introspection)

    def _field(self, one: FieldNode, owner: GraphQLNamedType | None, depth: int) -> Weight:
        name = one.name.value
        known = getattr(owner, "fields", {}).get(name)
        if name == "__typename":
            return Weight(1, 1)
        if name in {"__schema", "__type"}:
            known = self._introspecting(name)
        inner = self._selected(
            one.selection_set, get_named_type(known.type) if known else None, depth + 1
        )
        rows = self._rows(one, known, owner)
        cost = own_cost(known) + rows * inner.cost
        if name.startswith("__"):
            return Weight(1, 1, cost)
        return Weight(cost, inner.depth + 1, rows * inner.introspection)

    def _introspecting(self, name: str) -> GraphQLField | None:
        schema = self.schema.get_type("__Schema" if name == "__schema" else "__Type")
        return GraphQLField(schema) if schema else None  # type: ignore[arg-type] # output types

    def _spread(self, name: str, depth: int) -> Weight:
        if name in self.under_way:
            raise InputError(
                f"the fragment {name[:60]} contains itself",
                hint="take the spread out",
                code="graphql_fragments",
            )
        fragment = self.fragments.get(name)
        if fragment is None:
            return Weight()
        if name not in self.weighed:
            self.under_way.add(name)
            owner = self.schema.get_type(fragment.type_condition.name.value)
            self.weighed[name] = self._selected(fragment.selection_set, owner, depth + 1)
            self.under_way.discard(name)
        return self.weighed[name]

    def _rows(
        self, one: FieldNode, known: GraphQLField | None, owner: GraphQLNamedType | None
    ) -> int:
        """Return how many rows a field brings at most, or is taken to bring."""
        if known is None:
            return 1
        if owner is not None and owner.name.startswith("__"):
            return _INTROSPECTION_ROWS.get(one.name.value, 1)
        if "first" in known.args:
            return self._first(one)
        if is_list_type(get_nullable_type(known.type)):
            # The rows of a page are counted where the page is asked for.
            return 1 if owner is not None and owner.name.endswith("Connection") else LIST_ROWS
        return 1

    def _first(self, one: FieldNode) -> int:
        for argument in one.arguments or ():
            if argument.name.value == "first":
                return self._number(argument.value)
        return ROWS_USUAL

    def _number(self, value: ValueNode) -> int:
        """Return a number of rows; what is none counts as the most there can be."""
        sent: object = None
        if isinstance(value, VariableNode):
            name = value.name.value
            sent = self.variables.get(name)
            if sent is None and name in self.defaults:
                return self._number(self.defaults[name])
            if sent is None:
                return ROWS_USUAL
        elif isinstance(value, IntValueNode) and len(value.value) <= _DIGITS_MAX:
            sent = int(value.value)
        return sent if type(sent) is int and 0 < sent <= ROWS_MAX else ROWS_MAX


def own_cost(known: GraphQLField | None) -> int:
    """Return what a field costs by itself: 1, or more where much is worked out for it."""
    definition = known.extensions.get(DEFINITION) if known else None
    metadata = getattr(definition, "metadata", None) or {}
    return int(metadata.get(COST_KEY, 1))


def operation_of(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """Return the operation that is meant; raise InputError when none or several may be."""
    found = [
        one
        for one in document.definitions
        if isinstance(one, OperationDefinitionNode)
        and (name is None or (one.name is not None and one.name.value == name))
    ]
    if len(found) != 1:
        raise InputError(
            f"the document has {len(found)} operations that may be meant",
            hint="name one of them by operationName",
            code="graphql_operation",
        )
    return found[0]


def is_subscription(operation: OperationDefinitionNode) -> bool:
    """Tell whether an operation goes on."""
    return operation.operation is OperationType.SUBSCRIPTION


def _too_deep(most: int) -> InputError:
    return too_much(f"the document goes more than {most} steps deep", "graphql_depth")
