"""Search indexes elsewhere, one service per file or folder."""
