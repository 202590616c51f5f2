"""Recommend: from what a model says of an invoice to what to do about it, by rules as data."""
