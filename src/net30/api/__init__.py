"""API: what net30 can do, over HTTP, as REST; needs the extra web."""
