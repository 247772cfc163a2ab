"""What stands behind ``./dev``: embedded servers, one supervisor, and the commands.

Nothing here is used in production. The parts:

* ``places``: where state lives, and who may reach it; ``procs``: looking at processes.
* ``postgres``, ``redisserver``: one embedded server each; ``servers``: both together, shared by every command of a
  checkout (the last one out stops them) or thrown away after a test run.
* ``demo``, ``testing``, ``checks``, ``benches``, ``django_commands``, ``translations``, ``locks``: one command each.

Children get these variables: ``DATABASE_URL``, ``REDIS_URL``, ``DJANGO_SETTINGS_MODULE``, ``PLATFORM_DOMAIN``, ``PORT``
and ``COMPTOIR_VAR`` (the folder for indexes, media and mail).
"""
