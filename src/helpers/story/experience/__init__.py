"""What happened to customers before they answered beside what they answered, and behaviour where nobody asked."""
