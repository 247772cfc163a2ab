"""The notification centre: what each person was told, read or not, and by which channel the person hears of it.

Public: :mod:`writing` (by :mod:`notifications.mail`), :mod:`queries`, :mod:`services`, :mod:`preferences`,
:mod:`digests`, :mod:`unsubscribing`.
"""
