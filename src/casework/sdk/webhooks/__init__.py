"""Programs elsewhere told of what happens: signed, tried again, kept from what they may not see."""
