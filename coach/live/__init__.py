"""Live at the desk: the Timeline through the speakers, with its transport, and a screen to look at from two metres."""
