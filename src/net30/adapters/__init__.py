"""Adapters: one technology a file or folder; each keeps the promises of a port."""
