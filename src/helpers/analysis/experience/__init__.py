"""What customers lived through beside what they say of it, and behaviour where nobody asked."""
