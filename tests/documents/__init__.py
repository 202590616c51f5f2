"""The documents room: pictures, texts, and what must never break a page."""
