"""The stock variant's custom actions; `benchmarks.stock_project` writes the rest of its Rasa project."""
