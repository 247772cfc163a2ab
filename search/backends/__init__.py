"""The engines behind :class:`search.port.SearchEngine`."""
