"""Web: what the benches of the API need: a client that costs little, servers to ask."""
