"""Gathers from the database what evaluations read."""
