//go:build !cgo || noduckdb

package ingest

import "fmt"

// hasEngine tells whether this build has the embedded SQL engine.
const hasEngine = false

type engine struct{}

func (r *reading) closeEngine() {}

// embedText is never called: mayEmbed says no.
func (r *reading) embedText(f *file) error {
	return &engineError{fmt.Errorf("%s: this build has no embedded SQL engine", f.name)}
}

// openTable opens a Parquet file.
func (r *reading) openTable(name string, _ format) (table, error) {
	if name == "-" {
		return nil, fmt.Errorf("only text can be read from standard input: name the file")
	}
	r.used = "parquet-go"
	return openParquet(name, r.o.Zone)
}
