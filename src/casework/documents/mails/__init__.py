"""Mails, Outlook messages and mailboxes in their parts."""
