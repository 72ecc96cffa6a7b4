"""The cue compiler: pure functions from a Routine to a Timeline. No clock, no audio, no files.

compose (what is said, in which order) -> fit (how long each segment is) -> layout (when exactly).
"""
