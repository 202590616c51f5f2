"""Books: accounting programs elsewhere, one file each; `_` files are what they share."""
