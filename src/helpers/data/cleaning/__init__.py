"""From rows as they came to canonical rows: cast, mapped, held to the rules, kept or set aside with the reason."""
