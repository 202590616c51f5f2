"""Webhooks: other programs are told what happened, each message signed and tried again."""
