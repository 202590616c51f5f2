"""The agent: a language model proposes calls, the errand carries them out, the domain reckons."""
