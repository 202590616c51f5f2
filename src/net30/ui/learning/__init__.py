"""Learning: what the pages of predictions and models do beside drawing: jobs, choices, papers."""
