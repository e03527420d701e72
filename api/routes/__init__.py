"""HTTP endpoints, one module a topic."""
