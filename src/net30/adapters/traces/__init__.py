"""Traces: where the steps of requests are sent."""
