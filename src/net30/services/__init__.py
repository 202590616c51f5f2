"""Use cases: one function a file, with the file's name; each runs in a Context."""
