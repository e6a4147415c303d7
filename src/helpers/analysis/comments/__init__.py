"""What customers say in their own words: themes, found in their comments, declared, or coded by whoever read them."""
