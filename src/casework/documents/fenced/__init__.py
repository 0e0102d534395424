"""Reading behind a fence: processes of their own, what they give up, and how they are talked to."""
