"""What campaigns changed: arms against those left out at random, how far the draw can be trusted, and for whom."""
