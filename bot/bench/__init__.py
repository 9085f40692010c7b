"""How fast the finished bot is, beside peers doing the same visible work.

Each contender runs as a process on one core; the load server, on another, is Telegram and a crowd
of readers. Our bot draws every page itself; the peers are handed the ready text and keyboard.
"""
