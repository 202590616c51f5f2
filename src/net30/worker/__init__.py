"""Worker: what goes on beside requests, in a process of its own."""
