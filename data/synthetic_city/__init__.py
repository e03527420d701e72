"""A seeded, wholly synthetic demonstration city with known truth."""
