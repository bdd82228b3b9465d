//go:build !cgo || noduckdb

package ingest

import "testing"

const badParquet = `FILE: the Parquet file cannot be read: invalid magic footer of parquet file: "...."`

// A build without the engine reads text with the streaming reader, whatever is
// asked for.
func TestNoEngine(t *testing.T) {
	csv := write(t, "log.csv", "id,date\n1,1997-01-01\n")
	if d := mustRead(t, &Options{In: []string{csv}, Engine: Embedded}); d.Engine != "streaming" {
		t.Errorf("read by %q", d.Engine)
	}
}
