"""Routes: one file for each resource, found by its name; each has `routes`, a Resource."""
