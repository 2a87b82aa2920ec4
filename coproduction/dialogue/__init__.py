"""What runs inside Rasa: understanding, translation and the way from a turn to a record."""
