"""Tables as files: one format a file, each with write(table) -> bytes."""
