"""Keys and tokens of Latchkey for detect-secrets: `detect-secrets scan -p detect_secrets_latchkey.py`.

Only texts whose checksum fits are told: look-alikes are no alarm.
"""

import re
import zlib

from detect_secrets.plugins.base import RegexBasedDetector

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM_CHARACTERS = 6


class LatchkeyDetector(RegexBasedDetector):
    """Finds keys, service tokens, admin tokens and enrolment tokens."""

    secret_type = "Latchkey key or token"

    denylist = [
        re.compile(r"lk_(?:live|test)_[a-z0-9]{2,24}_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}"),
        re.compile(r"lks_[a-z0-9]{2,24}_[0-9A-Za-z]{49}"),
        re.compile(r"lk[ae]_[0-9A-Za-z]{49}"),
    ]

    def analyze_string(self, string):
        """The secrets of a line."""
        for pattern in self.denylist:
            for match in pattern.finditer(string):
                if _checksum_fits(match.group(0)):
                    yield match.group(0)


def _checksum_fits(text):
    body, checksum = text[:-_CHECKSUM_CHARACTERS], text[-_CHECKSUM_CHARACTERS:]
    value = 0
    for character in checksum:
        value = value * len(_DIGITS) + _DIGITS.index(character)
    return value == zlib.crc32(body.encode())
