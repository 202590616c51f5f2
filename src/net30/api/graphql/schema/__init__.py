"""Schema: the types and fields of the graph, made from the routes and their records."""
