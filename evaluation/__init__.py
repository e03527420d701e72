"""What a matching run achieves: ranking quality, expected placements by group, the run report."""
