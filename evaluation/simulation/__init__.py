"""A year of months on a synthetic city, policy beside policy under the same luck."""
