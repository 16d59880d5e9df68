"""What changes a base; a file per noun. Every function takes the Writer of the operation that it is part of."""
