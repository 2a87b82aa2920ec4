"""A conversational assistant for co-production: short interviews, fitting offers, survey records."""
