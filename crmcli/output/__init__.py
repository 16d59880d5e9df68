"""How answers look: the only room that knows."""
