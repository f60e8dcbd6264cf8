"""What only long texts need: the search in place part by part, with the result of the whole."""
