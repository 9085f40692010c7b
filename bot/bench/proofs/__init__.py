"""Proofs under load: the bot killed, its database taken away, hours of reading, broken updates.

A crowd taps, writes and chooses at a fixed rate, and keeps account of every update until it is
answered. What is told at the end is what readers would have seen.
"""
