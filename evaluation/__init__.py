"""How well typed text is understood, measured on utterances that are kept apart from the training examples."""
