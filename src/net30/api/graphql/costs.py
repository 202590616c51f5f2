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
from net30.api.graphql.limits import LIMITS, Limits, too_much
from net30.kernel.errors import InputError

LIST_ROWS = 5
"""How many rows a list without pages is taken to have: lines of an invoice, claims."""
COST_KEY = "net30-cost"
DEFINITION = "strawberry-definition"
_DIGITS_MAX = 9
_TYPE_COST = 4
_NAMES = frozenset({"name", "kind", "ofType"})
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
    limits: Limits = LIMITS
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    defaults: dict[str, ValueNode] = field(default_factory=dict)
    weighed: dict[str, Weight] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)

    @property
    def steps_max(self) -> int:
        """Return how far down a document is looked into at all."""
        return max(self.limits.depth, self.limits.introspection_depth)

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
        most = self.limits
        if found.depth > self.limits.depth:
            raise _too_deep(self.limits.depth)
        if found.cost > most.cost or found.introspection > most.introspection_cost:
            raise too_much(
                f"the document may bring {found.cost + found.introspection:,} values, "
                f"{most.cost:,} are allowed",
                "graphql_cost",
            )
        return found

    def _selected(
        self, selected: SelectionSetNode | None, owner: GraphQLNamedType | None, depth: int
    ) -> Weight:
        """Return the weight of what is selected of a type, at some depth."""
        if depth > self.steps_max:
            raise _too_deep(self.steps_max)
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
        if name == "ofType" and _only_names(one):
            return Weight(_TYPE_COST, inner.depth + 1)  # most types wrap two others at most
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
                code="graphql_circle",
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


def _only_names(one: FieldNode) -> bool:
    """Tell whether no more is asked of a type than what it and those it wraps are called."""
    return all(
        isinstance(part, FieldNode)
        and part.name.value in _NAMES
        and (part.selection_set is None or _only_names(part))
        for part in (one.selection_set.selections if one.selection_set else ())
    )


def _too_deep(most: int) -> InputError:
    return too_much(f"the document goes more than {most} steps deep", "graphql_depth")
