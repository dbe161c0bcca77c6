"""What is taken away as a file is noted: who, which list, narrowed by what, how many rows."""
