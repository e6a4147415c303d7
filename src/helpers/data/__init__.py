"""From a client's files to canonical tables that stay in the engine, and features at customer grain."""
