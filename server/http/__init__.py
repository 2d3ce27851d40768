"""Parse, one service call, render."""
