def startup() -> None:
    pass
