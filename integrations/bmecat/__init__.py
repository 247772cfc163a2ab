"""BMEcat 1.2 and 2005 files as tables.

An XML catalogue goes through the same dry run, report and application as a spreadsheet: ``worker`` streams it, in a
process of its own with limits, into rows with columns that carry BMEcat's own names (``items`` reads one product,
``table`` lays all of them out, ``columns`` says what each column holds). ``notices`` tells the person what was
understood and what is missing. No document type is loaded, no entity expanded, nothing fetched.
"""
