package ingest

import "flag"

// The same draws in every run; -rapid.seed=0 draws others.
func init() { _ = flag.Set("rapid.seed", "20261125") }
