"""What another policy would have achieved, from referrals logged with their propensities; one estimator a file."""
