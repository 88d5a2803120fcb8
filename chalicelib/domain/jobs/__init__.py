"""Jobs: long work that runs by itself, stops and goes on anywhere, and says how far it is."""
