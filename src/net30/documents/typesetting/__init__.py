"""Typesetting: from a page of strings to a PDF, by Typst."""
