"""Answers: what a client gets: a result with its version, a page of a list, or what is wrong."""
