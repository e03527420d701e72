"""What one match run did, what it is expected to achieve, what changed since the run before, and its report."""
