package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/forecast"
)

// TestReportNets: with economics the report's forecast has the nets of clv
// forecast, those of all customers also where segments leave different margins;
// without, it has none.
func TestReportNets(t *testing.T) {
	workspace(t)
	writeFile(t, "shop.yaml", "margin: 0.3\nmargin_by: {fair: 0.5}\ncost_per_order: 2\ncac: 8\n")
	must(t, "fit", "--quiet", "--in", "log.csv", "--end", "2024-06-30", "--out", "now.json")
	for _, segments := range [][]string{nil, {"--segments", "customers.csv", "--segment", "channel"}} {
		flags := append([]string{"--in", "log.csv", "--end", "2024-06-30", "--horizon", "6m", "--economics", "shop.yaml"}, segments...)
		page, text, _ := written(t, append(flags, "--model", "bg-nbd", "--list", "0", "--recent", "5")...)
		got := decodeJSON[struct{ Forecast forecast.Periods }](t, readFile(t, "report.json")).Forecast
		r := must(t, append([]string{"forecast", "--quiet", "--json", "--model-file", "now.json", "--recent", "5"}, flags...)...)
		var want []forecast.PeriodTotal
		for _, row := range decodeJSON[forecast.Periods](t, r.out).Rows {
			if row.Segment == "" {
				want = append(want, row)
			}
		}
		if !reflect.DeepEqual(got.Rows, want) || want[0].Net == nil {
			t.Errorf("segments %v:\n%+v\nwant\n%+v", segments, got.Rows, want)
		}
		if n := strings.Count(text, "what revenue leaves"); n != len(got.Totals) || !strings.Contains(page, "Times margin") {
			t.Errorf("segments %v: %d tables of nets, want %d", segments, n, len(got.Totals))
		}
	}
	if _, text, _ := written(t, "--in", "log.csv", "--horizon", "6m", "--model", "bg-nbd", "--list", "0"); strings.Contains(text, "what revenue leaves") {
		t.Error("without economics there are nets")
	}
}
