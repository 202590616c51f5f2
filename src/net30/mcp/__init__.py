"""MCP: the assistant's tools for any program that speaks the Model Context Protocol."""
