"""Safety: what decides, outside every model, whether a proposed call may run."""
