"""net30 chat: a conversation in the terminal; net30 chats: the kept ones, for scripts."""

from net30.cli.chat.command import register

__all__ = ["register"]
