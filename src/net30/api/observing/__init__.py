"""Observing: what is counted, logged and traced of every request."""
