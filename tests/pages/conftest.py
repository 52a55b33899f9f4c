from support.center import center, clock

__all__ = ["center", "clock"]
