"""Tools: what the assistant can do, one file each; the same list serves chat, MCP and the tests.

A tool file has `Args` (typed arguments), `ACCESS` (read, write or confirm), `NEEDS` (the
permissions without which it does not run), `run(ctx, args)`, and a docstring that every model and
the help shows.
"""
