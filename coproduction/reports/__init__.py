"""The record as tables: exports and the codebook."""
