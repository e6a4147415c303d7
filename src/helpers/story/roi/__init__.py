"""The page on what segmentation earns."""
