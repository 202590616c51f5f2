"""Web: ways to other people's servers."""
