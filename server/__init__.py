"""The service: second opinions by video."""

__version__ = "0.1.0"
