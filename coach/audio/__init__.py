"""PCM in, clips, takes, windows and files out. pydub, the encoder and the tags live here; no engine does."""
