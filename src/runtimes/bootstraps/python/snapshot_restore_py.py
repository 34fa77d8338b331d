"""Hooks of SnapStart: accepted as on AWS, and never run because there are no snapshots here."""

_before, _after = [], []


def register_before_snapshot(function, *args, **kwargs):
    _before.append((function, args, kwargs))
    return function


def register_after_restore(function, *args, **kwargs):
    _after.append((function, args, kwargs))
    return function
