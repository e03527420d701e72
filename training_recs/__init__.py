"""What stands between a seeker and work, and which course is worth taking at current prices."""
