"""What a person decided about repeats: the file of decisions, and plans that follow them."""
