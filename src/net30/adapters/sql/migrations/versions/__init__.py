"""The schema versions, oldest first; a file's first four digits are its version."""
