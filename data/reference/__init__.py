"""Code tables and legal thresholds as data, each with source and validity."""
