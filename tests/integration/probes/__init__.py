"""Probes of a line: the real process, and a real other end."""
