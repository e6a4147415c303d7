"""Groups of customers who are alike: how they are found, and what they are called."""
