"""What segmentation earns: campaigns against their control groups, and returns on what they cost."""
