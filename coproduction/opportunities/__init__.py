"""The catalogue of small things citizens can do: import, review, matching. Described in docs/catalogue.md."""
