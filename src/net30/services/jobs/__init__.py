"""Jobs: long work with a record that every face can show."""
