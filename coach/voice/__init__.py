"""Text in, raw PCM out: the engines behind one Protocol. Knows no pydub, no store, no session."""
