"""A text: its blocks and sentences, what each of them is, and what of it still stands."""
