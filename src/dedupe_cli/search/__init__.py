"""Text in, aligned passages and repetition in place out."""
