"""Exports: what can be put into a file, for programs as a table, for people as a report."""
