package report

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestNamesStay: readers of the document rely on its names.
func TestNamesStay(t *testing.T) {
	r := doubtful()
	r.Value = NewValue("CLV in 12 months", []float64{1, 2}, []float64{1, 2})
	r.Value.Top = []Top{{}}
	r.Charts = []Chart{{}}
	r.Conclude(nil)
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"":                "backtest charts charts_left_out data forecast format headline model model_card terms title value version warnings",
		"terms":           "discount horizon level margin seed",
		"headline":        "active arrivals customers from grade orders trust until",
		"warnings":        "source text",
		"data":            "columns customers files reconciliation repeat_buyers sha256",
		"model_card":      "command not_for purpose tool tool_version",
		"model":           "file intervals purchase",
		"value":           "money quantiles tiers top total what",
		"value tiers":     "customers expected_revenue from percent share_of_expected_revenue share_of_value value",
		"value top":       "clv clv_hi clv_lo customer orders orders_hi orders_lo p_order purchases",
		"charts":          "caption columns name rows section title",
		"headline orders": "expected hi lo",
	} {
		if got := strings.Join(names(doc, strings.Fields(path)), " "); got != want {
			t.Errorf("%q has the names %s, want %s", path, got, want)
		}
	}
}

// names returns the names at a path, of the first entry where there are
// several.
func names(doc any, path []string) []string {
	if list, ok := doc.([]any); ok {
		return names(list[0], path)
	}
	m := doc.(map[string]any)
	if len(path) > 0 {
		return names(m[path[0]], path[1:])
	}
	return slices.Sorted(maps.Keys(m))
}
