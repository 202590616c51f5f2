"""Understanding: from a sentence to what it mentions; no clock, no store, no network."""
