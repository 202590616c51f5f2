"""Replies: what the assistant says in each language, and how it is set on a page of text."""
