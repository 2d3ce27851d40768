"""The service: second opinions by video."""
