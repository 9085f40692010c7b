"""From a `Document` to what a channel takes: pure functions, so checks use them too."""
