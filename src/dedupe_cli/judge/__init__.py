"""Form, noise or content: what one difference is."""
