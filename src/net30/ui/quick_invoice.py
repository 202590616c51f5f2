def show(visit):
    pass
