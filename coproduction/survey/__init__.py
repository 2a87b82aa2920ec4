"""The questionnaire: what is asked, in which codes, in which order, and how it is scored."""
