"""What a citizen's words mean: choices, rules and safety. Data in `<language>.yml`, no Rasa."""
