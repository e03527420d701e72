"""Kinds of failure. Each says what was found, where, what was expected and what to do next."""

from __future__ import annotations


class ZhuyeError(Exception):
    """Base of every expected failure; `exit_code` is what the command line ends with.

    Codes follow BSD sysexits.h where one fits, so that scripts can tell bad data from bad configuration.
    """

    exit_code = 1

    def __init__(self, problem: str, *, remedy: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}\n  → {self.remedy}" if self.remedy else self.problem


class DataError(ZhuyeError):
    """Data is not what it must be: a file, a row, a field."""

    exit_code = 65


class NotFoundError(ZhuyeError):
    """A seeker, vacancy, course, run or file that was asked for does not exist."""

    exit_code = 66


class UnavailableError(ZhuyeError):
    """Something this work needs is missing or down: the database, a model, disk space."""

    exit_code = 69


class ConflictError(ZhuyeError):
    """The request contradicts what is stored: an identifier in use, a vacancy already closed."""

    exit_code = 75


class NotAllowedError(ZhuyeError):
    """The caller may not do this."""

    exit_code = 77


class WithheldError(NotAllowedError):
    """What was computed would put a protected group at a disadvantage: it is kept aside until somebody decides."""


class ConfigurationError(ZhuyeError):
    """A setting is wrong: a variable, a key, a path."""

    exit_code = 78
