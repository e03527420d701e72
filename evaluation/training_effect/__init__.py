"""What training did for those who took it, from records of who took it; one estimator or check a file."""
