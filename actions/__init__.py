"""Rasa custom actions: tracker in, domain call, events out."""
