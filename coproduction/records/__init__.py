"""What is stored of an interview, how it gets there answer by answer, and how it is erased."""
