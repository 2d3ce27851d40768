"""Visits in real time: a sans-IO core and its WebSocket shell. Knows nothing of server/."""
