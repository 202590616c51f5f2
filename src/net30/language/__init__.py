"""Words, dates, numbers and amounts as people of a language write them."""
