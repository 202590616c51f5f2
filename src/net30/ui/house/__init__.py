"""House: what the pages of settings and system are made of: keys, webhooks, people, caches."""
