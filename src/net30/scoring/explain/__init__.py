"""Explain: why a model says what it says of one invoice, in terms of what people know."""
