"""What an evaluation reads from the database and the runs' folders, one module a part."""
