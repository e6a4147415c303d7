"""Next quarter's plan: what to do, for whom, at what cost, for what gain, and how it will be measured."""
