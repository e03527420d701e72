"""How good lists are, how honest the probabilities, and what retrieval missed."""
