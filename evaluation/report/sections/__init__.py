"""The sections of the evaluation report, one a module: from what a part of `evaluation` found to blocks."""
