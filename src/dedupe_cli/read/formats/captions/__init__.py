"""Subtitles and transcripts of speech."""
