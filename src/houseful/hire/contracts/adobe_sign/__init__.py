"""Adobe Acrobat Sign, REST v6: contracts go out through it, and their state is read from it.

Its messages are hints: what counts is what it answers when asked.
"""
