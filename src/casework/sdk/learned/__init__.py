"""What was learned of the steps of a worksheet: fitted, offered, put to work, handed out."""
