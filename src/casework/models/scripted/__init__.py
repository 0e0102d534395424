"""The scripted model server: speaks the wires of real endpoints and answers as it is told."""
