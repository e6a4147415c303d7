"""Results become numbers as text, sentences, charts, tables and findings. Nothing is computed here."""
