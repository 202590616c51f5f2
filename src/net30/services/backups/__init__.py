"""Backups: all that an installation keeps in one file, checked without and by putting it back."""
