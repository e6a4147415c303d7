"""Next quarter's plan: what the other pages found, as actions to vote on."""
