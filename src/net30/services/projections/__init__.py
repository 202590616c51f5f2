"""What follows from an event: copies that can be thrown away and rebuilt."""
