"""coach: a stretching routine, a short text file, becomes a coach's voice.

This package loads nothing heavy: import the room you need (`coach.session` is the front door).
"""

__version__ = "0.1.0"
