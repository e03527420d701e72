"""Did it put people into work? One question a package; `groups`, `intervals` and `refusal` are what they share."""
