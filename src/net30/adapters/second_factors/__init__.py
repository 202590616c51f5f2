"""Second factors: how codes come about."""
