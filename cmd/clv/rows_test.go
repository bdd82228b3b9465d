package main

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/forecast"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
)

// readRows reads rows of JSON back as a table of text.
func jsonTable(t *testing.T, text string, header []string) (tab table) {
	t.Helper()
	tab.header = header
	for line := range strings.Lines(text) {
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		var doc map[string]any
		if err := d.Decode(&doc); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(header))
		for k, name := range header {
			switch v := doc[name].(type) {
			case string:
				row[k] = v
			case json.Number:
				row[k] = v.String()
			}
		}
		tab.rows = append(tab.rows, row)
	}
	return tab
}

// TestRowsInOtherForms: the form changes nothing of what is written.
func TestRowsInOtherForms(t *testing.T) {
	workspace(t)
	for _, args := range []string{
		"predict --model-file model.json --in log.csv --interval 80% --horizon 30d --out ",
		"summarize --in log.csv --cut 2025-03-31 --out ",
	} {
		write := func(out string) { t.Helper(); must(t, strings.Fields(args+out)...) }
		write("x.csv")
		want := parseTable(t, readFile(t, "x.csv"))
		for _, name := range []string{"x.jsonl", "x.jsonl.gz"} {
			write(name)
			text := readFile(t, name)
			if strings.HasSuffix(name, ".gz") {
				text = unzipped(t, text)
			}
			if got := jsonTable(t, text, want.header); !slices.EqualFunc(got.rows, want.rows, slices.Equal) {
				t.Errorf("%s%s writes other rows than CSV", args, name)
			}
		}
	}
	summary := readFile(t, "x.csv")
	for _, out := range []string{"s.parquet", "sqlite:s.db?table=s"} {
		must(t, "summarize", "--in", "log.csv", "--cut", "2025-03-31", "--out", out)
	}
	if got := must(t, "summarize", "--in", "s.parquet", "--unit", "week").out; got != withoutHoldout(t, summary) {
		t.Error("the Parquet file does not hold the summary")
	}
	r := clv("summarize", "--in", "log.csv", "--unit", "day", "--out", "sqlite:s.db?table=s")
	if r.code != exitFailure || !strings.Contains(r.err, `the table s has the columns`) {
		t.Errorf("a table with other columns: exit code %d, %s", r.code, r.err)
	}
	must(t, "summarize", "--in", "log.csv", "--unit", "day", "--out", "sqlite:s.db?table=s", "--replace-table")
}

// withoutHoldout cuts off the columns that a summary does not read back.
func withoutHoldout(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(text) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), ",")
		b.WriteString(strings.Join(fields[:5], ",") + "\n")
	}
	return b.String()
}

// TestBlocks: the rows are the same however many are forecast at a time, and
// an error in a later block ends the writing.
func TestBlocks(t *testing.T) {
	workspace(t)
	m, err := openModel("model.json")
	if err != nil {
		t.Fatal(err)
	}
	data, err := ingest.Read(t.Context(), &ingest.Options{In: []string{"log.csv"}})
	if err != nil {
		t.Fatal(err)
	}
	cols, _ := columnsOf("p_alive,spend,clv")
	f := terms{horizons: []history.Horizon{{Value: 12, Unit: history.Month}}, margin: 1}
	fm, err := m.forecaster(1)
	if err != nil {
		t.Fatal(err)
	}
	margins := make([]float64, data.Log.Table.Len())
	for i := range margins {
		margins[i] = float64(i%7) - 2
	}
	broken := errors.New("broken")
	text := func(size, fail int) (string, error) {
		blocks := 0
		p := &prediction{m: m, h: data.Log.Table, cells: plan(cols, f, m.file.Unit), size: size, worth: &worth{margins: margins}, intervals: func(h *history.Table) (*forecast.Intervals, error) {
			if blocks++; blocks == fail {
				return nil, broken
			}
			return fm.Intervals(h, &forecast.IntervalOptions{Horizons: f.horizons, Level: 0.8, Futures: 50})
		}}
		if err := p.start(t.Context(), silent()); err != nil {
			return "", err
		}
		var b strings.Builder
		err := p.write(func(ctx context.Context) error {
			return ingest.WriteCSV(ctx, &b, p.h.Len(), append(p.columns(), p.bandColumns(cols)...))
		})
		return b.String(), err
	}
	want, err := text(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{1, 7, 299, 300} {
		got, err := text(size, 0)
		if err != nil {
			t.Fatal(err)
		}
		sameText(t, "blocks of "+strconv.Itoa(size), got, want, 1e-12) // what rows share is interpolated to 1e-12
	}
	for _, fail := range []int{1, 2, 5} {
		if _, err := text(20, fail); !errors.Is(err, broken) {
			t.Errorf("error %v of block %d, want %v", err, fail, broken)
		}
	}
}

// TestBits: what is written of a customer has the bits that the model gives to
// that customer alone.
func TestBits(t *testing.T) {
	workspace(t)
	m, err := openModel("model.json")
	if err != nil {
		t.Fatal(err)
	}
	data, err := ingest.Read(t.Context(), &ingest.Options{In: []string{"log.csv"}})
	if err != nil {
		t.Fatal(err)
	}
	h := data.Log.Table
	cols, _ := columnsOf("p_alive,orders,next_order_p50,spend,clv")
	f := terms{horizons: []history.Horizon{{Value: 12, Unit: history.Month}}, rate: 0.1, margin: 0.3}
	text := func(size int) string {
		p := &prediction{m: m, h: h, cells: plan(cols, f, m.file.Unit), size: size}
		if err := p.start(t.Context(), silent()); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := p.write(func(ctx context.Context) error { return ingest.WriteCSV(ctx, &b, h.Len(), p.columns()) }); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	whole := text(0)
	if text(1) != whole {
		t.Error("customers one by one have other forecasts than all together")
	}
	lines := strings.Split(whole, "\n")[1:]
	for i := range h.Len() {
		c, got := h.Customer(i), strings.Split(lines[i], ",")
		want := []string{h.ID[i], strconv.Itoa(c.Frequency), number(c.Recency), number(c.T), number(c.Spend), number(m.purchase.ProbAlive(c)),
			got[6], number(m.purchase.NextPurchaseQuantile(c, 0.5)), number(m.expectedSpend(c)), got[9]}
		if !slices.Equal(got, want) {
			t.Fatalf("%v is written %v, want %v", c, got, want)
		}
	}
}
