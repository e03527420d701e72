"""What became of a cohort, from the ledger: placement, wait, retention, wage and fit, with disclosure control."""
