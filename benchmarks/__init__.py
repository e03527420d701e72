"""Every speed and quality figure that the project quotes, one command each; results in RESULTS.md."""
