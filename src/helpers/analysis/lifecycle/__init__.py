"""How customers come, stay and go: groups, rates, survival and how status moves."""
