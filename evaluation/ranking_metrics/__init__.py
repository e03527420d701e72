"""Measures of a ranking against graded judgements, one a file."""
