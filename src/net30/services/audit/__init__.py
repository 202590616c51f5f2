"""Audit: whether the chains hold, and their export."""
