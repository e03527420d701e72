"""Jobs that gather what an evaluation reads from the database and the files of the nights; one module a part."""
