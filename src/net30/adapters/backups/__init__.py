"""Places for backups: the file name is the scheme of the URL that chooses it."""
