"""The doors of a running workspace: the studio for people, REST for programs."""
