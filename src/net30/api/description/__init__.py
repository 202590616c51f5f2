"""Description: the API told to programs (OpenAPI 3.1) and to people (one page)."""
