"""`make bench`: what Facet's operations cost, beside a bare echo and the bare store calls. See docs/benchmarks.md."""
