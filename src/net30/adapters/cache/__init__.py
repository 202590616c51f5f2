"""Caches: the file name is the kind that serves."""
