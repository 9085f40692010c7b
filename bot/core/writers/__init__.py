"""From a `Document` to what a channel takes. Pure functions, so checks and previews use them too."""
