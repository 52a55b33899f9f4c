"""
Whose a connection on loopback is.

Any user of this machine may connect to a port of 127.0.0.1, and finds it in the arguments of a browser. A page that
is meant for one of them asks here before it reads a request, and again before it does what the request says.
"""

from tray.loopback.connections import NotOurs, demand_ours, knows_us

__all__ = ["NotOurs", "demand_ours", "knows_us"]
