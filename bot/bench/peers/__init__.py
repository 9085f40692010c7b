"""Bots the bench compares with, each a process of its own."""
