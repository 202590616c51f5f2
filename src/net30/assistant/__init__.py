"""The assistant: from a sentence to calls of net30's tools, and back to a sentence."""
