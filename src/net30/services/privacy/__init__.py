"""Privacy: all that the books know of a person, as a file or no more."""
