"""Stored: how books are written down, whatever the database: JSON, sealed texts, refusals."""
