"""Which training seats the city should open: forecast demand less supply, under budget, teachers and rooms."""
