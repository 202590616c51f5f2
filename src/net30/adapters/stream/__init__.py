"""Streams: where messages are written and read, each kind by the scheme of its URL."""
