"""Connections: lists in pages as Relay knows them, made once for each kind of row."""

from __future__ import annotations

from dataclasses import dataclass, field

import strawberry

from net30.api.graphql.schema.records import Kind, add_field, list_of, new_type


@strawberry.type(description="Where a page begins and ends, and whether more follows.")
class PageInfo:
    """Where a page begins and ends."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Connections:
    """The connection types made so far, by the name of their row's type."""

    made: dict[str, Kind] = field(default_factory=dict)

    def of(self, row: Kind) -> Kind:
        """Return the connection type of a row's type."""
        name = row.__strawberry_definition__.name
        if name not in self.made:
            edge = new_type(f"{name}Edge", "A row of a list, and the cursor to go on after it.")
            add_field(edge, "node", row)
            add_field(edge, "cursor", str)
            page = self.made[name] = new_type(
                f"{name}Connection",
                "A page of a list; `totalCount` is null where counting would read all rows.",
            )
            add_field(page, "edges", list_of(edge))
            add_field(page, "nodes", list_of(row))
            add_field(page, "page_info", PageInfo)
            add_field(page, "total_count", int | None)
        return self.made[name]
