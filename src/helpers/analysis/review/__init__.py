"""Two reports of one client compared: figures, customers, definitions, opinion, actions and the market."""
