"""Finding: how texts and names are cut and compared, the same in every search index."""
