"""Pictures and documents: checked by their content, pictures written anew, stored by their digest.

Those of goods, and files that people send each other (:mod:`catalog.media.attachments`).
"""
