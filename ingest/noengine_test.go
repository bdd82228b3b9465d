//go:build !cgo || noduckdb

package ingest

import "testing"

const badParquet = `FILE: the Parquet file cannot be read: invalid magic footer of parquet file: "...."`

// What a build without the engine cannot do is said in one line.
func TestNoEngine(t *testing.T) {
	path := write(t, "log.jsonl", `{"id": 1, "date": "1997-01-01"}`)
	wantError(t, &Options{In: []string{path}}, "FILE: this build reads CSV, TSV and Parquet files; JSON lines need the embedded SQL engine, which a build with cgo has")
	csv := write(t, "log.csv", "id,date\n1,1997-01-01\n")
	if d := mustRead(t, &Options{In: []string{csv}, Engine: Embedded}); d.Engine != "streaming" {
		t.Errorf("read by %q", d.Engine)
	}
}
