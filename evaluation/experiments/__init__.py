"""Experiments over markets: who is randomised, by what design, and what came of it."""
