"""Orders: what someone wants invoiced, from the words of a clause to the arguments of a draft."""
