"""Reports: one file each; its name is the report's name, `sections` its content."""
