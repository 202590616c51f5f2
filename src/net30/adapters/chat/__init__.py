"""Language models: one kind of server per file, each opened as a pydantic-ai model."""
