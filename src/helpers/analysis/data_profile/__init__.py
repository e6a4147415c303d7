"""What the supplied data are good for: readiness, oddities, sudden changes, and drift between two extracts."""
