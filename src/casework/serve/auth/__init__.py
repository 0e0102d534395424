"""Who comes in: hosts and proxies, sessions, keys, sign-in pages, OpenID."""
