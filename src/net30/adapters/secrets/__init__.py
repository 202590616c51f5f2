"""Secrets: how what the database must not tell is sealed."""
