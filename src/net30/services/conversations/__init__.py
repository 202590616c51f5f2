"""Conversations: what a user and the assistant said, kept for that user alone.

They are in no event, index or file: the stored conversation is the only copy, so deleting it
deletes all there is. Drafts and invoices that were made in one belong to the books and stay.
"""
