"""Tables found by the places of words, and what their headings say."""
