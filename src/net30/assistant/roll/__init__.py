"""Roll: the clients of the books, by the words of their names and by what else is known."""
