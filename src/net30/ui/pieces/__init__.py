"""Pieces: what every page is made of."""
