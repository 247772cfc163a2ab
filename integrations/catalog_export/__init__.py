"""The catalogue as a file in the shape of the import: exported and imported again it changes nothing.

``goods`` reads portions of products with all that the import knows, ``columns`` says what of a product each target of
the import is, ``texts`` writes values so that they come back as they were, ``writing`` makes CSV and XLSX of it.
"""
