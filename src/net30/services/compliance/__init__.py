"""Compliance: evidence for who asks how the books are kept, gathered from the books themselves."""
