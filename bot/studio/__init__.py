"""The maintainer's web page: what readers see of each file, what is known of it, what it lacks.

`workbench` holds the newest content that can be served and what is wrong with newer files;
`server.serve` shows it. Everything is read from frozen copies (`trees`), so that a page is drawn
from one state of the files however fast somebody types.
"""
