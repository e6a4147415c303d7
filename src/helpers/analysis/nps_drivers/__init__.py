"""Who recommends, by how much and how surely, and what goes with it."""
