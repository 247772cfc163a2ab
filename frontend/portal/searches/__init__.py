"""What customers look for in vain, and the synonyms that help them."""
