"""Blob stores: the file name is the scheme of the URL that chooses it."""
