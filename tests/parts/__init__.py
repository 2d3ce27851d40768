"""Real servers, browsers and networks that tests start for themselves and end again."""
