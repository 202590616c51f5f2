"""Wiring: which adapter serves which setting; only this room and app.py name adapters."""
