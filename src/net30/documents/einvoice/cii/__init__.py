"""CII: its table of business terms, and the places that a table cannot describe."""
