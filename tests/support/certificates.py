"""A certificate for tests that need one to be there. Nobody has its key any more: it vouches for nothing."""

from __future__ import annotations

CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBeTCCAR+gAwIBAgIUHNJGN71hcw81QvwIjLqnIgrKoU8wCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbm9ib2R5MCAXDTI2MTEyNjE3MTc1OFoYDzIxMjYxMTAyMTcx
NzU4WjARMQ8wDQYDVQQDDAZub2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AARzN02fnkQkM9IKIC3Qc9lwv2fcr0QPCpXMnPYFcXqkg8rD2o9OxIEMR5+NCrSm
8J1TXbnIqXnW6JQcD+c+n6Yeo1MwUTAdBgNVHQ4EFgQUPVK84Oi3Cdn4Alrq1/sY
WEz+1+swHwYDVR0jBBgwFoAUPVK84Oi3Cdn4Alrq1/sYWEz+1+swDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEAotTtkIrVUH19jMPa+fty8diqiAX9
NAth3+tnM+TZGUoCIE4fn7y7reEJI27DZrSSsVVzpiRCaJ/1tpCWgdDiG1NF
-----END CERTIFICATE-----
"""
