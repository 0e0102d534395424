"""Whether what a sentence says is borne by the cells and passages it rests on."""
