"""Gathers from the database what each part of the evaluation needs, and writes the report."""
