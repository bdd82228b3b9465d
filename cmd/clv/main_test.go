package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestMain runs the program itself where a test starts this binary as clv.
func TestMain(m *testing.M) {
	if os.Getenv("CLV_TEST_AS_PROGRAM") != "" {
		main()
	}
	os.Exit(m.Run())
}

// A ran is what came of a run of the program.
type ran struct {
	code     int
	out, err string
}

// clv runs the program in the current folder with nothing on standard input.
func clv(args ...string) ran { return clvFrom(strings.NewReader(""), args...) }

func clvFrom(in io.Reader, args ...string) ran {
	var out, errOut bytes.Buffer
	code := run(context.Background(), append([]string{"clv"}, args...), in, &out, &errOut)
	return ran{code, out.String(), errOut.String()}
}

// must runs the program and fails the test unless it succeeds.
func must(t *testing.T, args ...string) ran {
	t.Helper()
	r := clv(args...)
	if r.code != exitOK {
		t.Fatalf("clv %s: exit code %d\n%s", strings.Join(args, " "), r.code, r.err)
	}
	return r
}

// workspace makes a temporary folder the current one, with copies of the small
// simulated files: log.csv, summary.csv, dirty.csv, regular.csv, model.json
// and states.jsonl.
func workspace(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"log.csv", "summary.csv", "dirty.csv", "regular.csv", "customers.csv", "options.csv", "model.json", "states.jsonl"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// folder lists the current folder.
func folder(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func unzipped(t *testing.T, text string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A table is a CSV file that was read back.
type table struct {
	header []string
	rows   [][]string
}

func parseTable(t *testing.T, text string) table {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("not a table: %v", err)
	}
	return table{rows[0], rows[1:]}
}

// text returns the named column.
func (tab table) text(t *testing.T, name string) (column []string) {
	t.Helper()
	k := slices.Index(tab.header, name)
	if k < 0 {
		t.Fatalf("there is no column %q among %v", name, tab.header)
	}
	for _, row := range tab.rows {
		column = append(column, row[k])
	}
	return column
}

// floats returns the named column; an empty field is NaN.
func (tab table) floats(t *testing.T, name string) []float64 {
	t.Helper()
	texts := tab.text(t, name)
	column := make([]float64, len(texts))
	for i, s := range texts {
		column[i] = math.NaN()
		if s == "" {
			continue
		}
		var err error
		if column[i], err = strconv.ParseFloat(s, 64); err != nil {
			t.Fatal(err)
		}
	}
	return column
}

func decodeJSON[T any](t *testing.T, text string) (doc T) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	if err := dec.Decode(&doc); err != nil {
		t.Fatalf("not a JSON document: %v\n%s", err, text)
	}
	if dec.More() {
		t.Fatalf("more than one JSON document:\n%s", text)
	}
	return doc
}

// near fails the test unless got is want within a relative tolerance.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s = %.17g, want %.17g within %g relative", what, got, want, tolerance)
	}
}
