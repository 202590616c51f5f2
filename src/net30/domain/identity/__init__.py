"""Identity: users, the organisations they belong to, and what each may do there."""
