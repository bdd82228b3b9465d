package main

import (
	"strings"
	"testing"

	"github.com/predictive-clv/clv/models"
)

// TestRawInvoiceLines reads the raw invoice lines of an online retailer (UCI
// Online Retail), as they came: a quarter without a customer, cancellations,
// prices of zero, wholesalers. Customers of nine months hardly show dropout, so
// the fit runs to the boundary, and the verdict must say so.
func TestRawInvoiceLines(t *testing.T) {
	log := realData(t, "uci_online_retail_lines_to_2011-09-09.csv.gz")
	t.Chdir(t.TempDir())
	r := must(t, "fit", "--in", log, "--out", "model.json")
	for _, want := range []string{ // counted apart: lines, lines without a customer, negative amounts
		"Rows read                                  334,054",
		"- without a customer                        91,927",
		"- merged into another row of the same day",
		"6,033",
		"Customers set aside",
		`amount "Quantity*UnitPrice"`,
	} {
		if !strings.Contains(r.err, want) {
			t.Errorf("the words lack %q:\n%s", want, r.err)
		}
	}
	f := decodeJSON[models.File](t, readFile(t, "model.json"))
	if f.Purchase.Verdict != "dropout not identifiable" || len(f.Purchase.Warnings) == 0 {
		t.Errorf("verdict %q, warnings %q; want that dropout is not identifiable, and what still holds", f.Purchase.Verdict, f.Purchase.Warnings)
	}
	for _, name := range []string{"a", "b"} {
		if se := f.Purchase.StdErr[name]; se != nil {
			t.Errorf("%s has the standard error %v, and it is not identified", name, *se)
		}
	}
	must(t, "predict", "--model-file", "model.json", "--in", log, "--horizon", "90d", "--out", "clv.csv")
}
