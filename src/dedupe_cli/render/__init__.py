"""Plans and texts in, what people and tools read out: one file per format."""
