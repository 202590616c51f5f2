"""Views: one page a file: PLACE says where it stands and what shows it."""
