"""Routes: one file for each thing people do here."""
