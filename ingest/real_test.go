package ingest

import (
	"cmp"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// realData returns the path of a file that does not belong to the repository,
// and skips the test where it is absent.
func realData(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(cmp.Or(os.Getenv("CLV_DATA"), "../../shared/data"), name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no %s (set CLV_DATA to the folder that has it)", path)
	}
	return path
}

// wantRows compares counts of the reconciliation.
func wantRows(t *testing.T, d *Data, want map[string]int) {
	t.Helper()
	r := d.Log.Reconciliation
	got := map[string]int{
		"read": r.Read.Rows, "no customer": r.NoCustomer.Rows, "cancelled": r.Cancelled.Rows, "born after cut": r.BornAfterCut.Rows,
		"merged": r.Merged.Rows, "first": r.First.Rows, "repeat": r.Repeat.Rows, "holdout": r.Holdout.Rows,
		"negative": r.RefundRows.Rows, "zero": r.ZeroRows,
		"customers": r.Customers, "customers born after cut": r.CustomersBornAfterCut,
		"purchases born after cut": r.PurchasesBornAfterCut, "customers without purchase": r.CustomersNoPurchase,
	}
	for k, w := range want {
		if got[k] != w {
			t.Errorf("%s: %d, want %d", k, got[k], w)
		}
	}
}

// The CDNOW sample of Fader and Hardie: 2,357 customers, calibration of 39
// weeks to 30 September 1997.
func TestCDNOW(t *testing.T) {
	d := mustRead(t, &Options{In: []string{realData(t, "cdnow_sample_2357.csv")}, Cut: civil("1997-09-30")})
	wantRows(t, d, map[string]int{
		"read": 6919, "customers": 2357, "first": 2357,
		"holdout": 1882, // distinct (customer, day) after the cut, counted independently
		"repeat":  2457, // the same up to the cut, less the first of each customer: 4814 - 2357
		"merged":  223,  // rows less distinct (customer, day): 6919 - 6696
		"zero":    8, "negative": 0, "cancelled": 0, "born after cut": 0,
	})
	if got, want := d.SHA256, "b0f89b5178522808b09cafd2148a69f936b21cabaeee26600b7caf0549ca63eb"; got != want { // sha256sum
		t.Errorf("SHA256 = %s, want %s", got, want)
	}
	tab := d.Log.Table
	i := slices.Index(tab.ID, "1516")
	// Published with two decimals: x = 26, t_x = 30.86, T = 31.
	if c := tab.Customer(i); c.Frequency != 26 || c.Recency != 216.0/7 || c.T != 31 {
		t.Errorf("customer 1516 is %+v, want x = 26, t_x = 216/7, T = 31", c)
	}
	if tab.ID[0] != "0001" {
		t.Errorf("the first customer is %q, want 0001", tab.ID[0])
	}
}

// The spend of the CDNOW sample gives the published Gamma-Gamma likelihood,
// -4055.917695 at p 6.2495703, q 3.7442252, v 15.4435287, of 946 customers
// (recomputed to the digits given from Fader and Hardie's data).
func TestCDNOWSpend(t *testing.T) {
	d := mustRead(t, &Options{In: []string{realData(t, "cdnow_sample_2357.csv")}, Cut: civil("1997-09-30")})
	s := d.Log.Table.Spending()
	if s.Customers() != 946 || s.SetAside != 0 {
		t.Errorf("%v customers with a positive mean, %v set aside; want 946 and 0", s.Customers(), s.SetAside)
	}
	const p, q, v = 6.2495703, 3.7442252, 15.4435287
	lg := func(x float64) float64 { y, _ := math.Lgamma(x); return y }
	var ll float64
	for i, m := range s.Mean {
		x := float64(s.Frequency[i])
		ll += s.N[i] * (lg(p*x+q) - lg(p*x) - lg(q) + q*math.Log(v) + (p*x-1)*math.Log(m) + p*x*math.Log(x) - (p*x+q)*math.Log(x*m+v))
	}
	if want := -4055.917695; math.Abs(ll-want) > 2e-6 { // the digits given
		t.Errorf("log-likelihood %v, want %v", ll, want)
	}
}

// The online grocery of BTYDplus, 52 weeks of calibration. The holdout was
// counted independently.
func TestGrocery(t *testing.T) {
	d := mustRead(t, &Options{In: []string{realData(t, "grocery_elog.csv")}, Cut: civil("2006-12-31")})
	wantRows(t, d, map[string]int{"read": 10483, "customers": 1525, "holdout": 3389, "merged": 0, "born after cut": 0})
	if d.Log.Table.Spend != nil || d.Columns.Amount != "" {
		t.Errorf("spend %v from column %q, want none", d.Log.Table.Spend, d.Columns.Amount)
	}
}

// UCI Online Retail as it came. Every figure was counted by a script with maps
// and decimal arithmetic.
func TestUCI(t *testing.T) {
	d := mustRead(t, &Options{In: []string{realData(t, "uci_online_retail_lines_to_2011-09-09.csv.gz")}, Cut: civil("2011-06-09")})
	wantRows(t, d, map[string]int{
		"read": 334054, "no customer": 91927, "negative": 6033, "zero": 1832, "cancelled": 4949,
		"born after cut": 16980, "customers born after cut": 570, "purchases born after cut": 739,
		"merged": 210236, "first": 2797, "repeat": 4287, "holdout": 2878, "customers": 2797, "customers without purchase": 45,
	})
	if got, want := d.Log.Reconciliation.Holdout.Money, 1571821.42; math.Abs(got-want) > 1e-6 { // pence, exactly
		t.Errorf("holdout money %v, want %v", got, want)
	}
	if d.Columns.Amount != "Quantity*UnitPrice" || d.Columns.Customer != "CustomerID" || d.Columns.Date != "InvoiceDate" {
		t.Errorf("columns %v", d.Columns)
	}
	if !slices.Contains(d.Log.Table.ID, "17850.0") {
		t.Error("no customer 17850.0: identifiers must stay as they are written")
	}
	if got, want := d.SHA256, "34d0b4c703ccc65f7207b02fef9fd8e777cde66a493ce6e39f5600e410d0419c"; got != want { // sha256sum of the archive
		t.Errorf("SHA256 = %s, want %s", got, want)
	}
}

// A summary with a row for each state: 11,104 donors in 22 rows (Fader, Hardie
// and Shang 2010).
func TestDonations(t *testing.T) {
	d := mustRead(t, &Options{In: []string{realData(t, "fixtures/donations_bgbb.csv")}, Unit: history.Year})
	if tab := d.Log.Table; !d.Summary || tab.Len() != 22 || tab.Customers() != 11104 || tab.Unit != history.Year {
		t.Errorf("%d rows of %v customers in %ss, want 22 of 11104 in years", tab.Len(), tab.Customers(), tab.Unit)
	}
	if d.Columns.N != "count" {
		t.Errorf("columns %v", d.Columns)
	}
}
