"""What services need of the world, as Protocols; adapters keep these promises."""
