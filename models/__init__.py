"""Job text, embedder, vector index, occupation coder, pair features, ranker and calibration."""
