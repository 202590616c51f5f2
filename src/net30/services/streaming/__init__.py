"""Streaming: facts that come in by a stream, and events and predictions that go out by it."""
