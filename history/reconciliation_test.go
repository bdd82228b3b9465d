package history

import (
	"encoding/json"
	"strings"
	"testing"
)

// A log with every kind of row.
const everyKind = `
	- 1997-01-02 5.50
	a 1997-01-01 1000
	a 1997-01-08 250
	a 1997-01-08 -50.25
	a 1997-01-09 -12
	a 1997-01-20 0
	a 1997-03-01 20
	b 1997-01-05 30
	c 1997-02-05 40
	c 1997-02-06 2
	c 1997-02-06 3
	d 1997-01-05 -1
	a 1997-05-01 1234567.891`

// A manager reads this: each figure by hand.
func TestReconciliationString(t *testing.T) {
	l := buildOf(t, &Options{Cut: civil("1997-01-31"), End: civil("1997-04-30")}, everyKind)
	const want = `
                                           rows         money
Rows read                                    13  1,235,855.14
- without a customer                          1          5.50
- after the end                               1  1,234,567.89
- refunds, and purchases they cancel          2        -13.00
- of customers born after the cut             3         45.00
- merged into another row of the same day     1
= purchases                                   5      1,249.75
    first                                     2      1,030.00
    repeat, up to the cut                     2        199.75
    after the cut                             1         20.00
Rows read with a negative amount              3        -63.25
Rows read with amount 0                       1
Customers set aside                           2
- born after the cut, with 2 purchases        1
- without a purchase                          1
Customers in the table                        2
Log from 1997-01-01 to 1997-05-01, cut 1997-01-31, end 1997-04-30. Time in weeks. Refunds: net.
`
	if got := "\n" + l.Reconciliation.String(); got != want {
		t.Errorf("String():\n%s\nwant\n%s", got, want)
	}
	var b strings.Builder
	if n, err := l.Reconciliation.WriteTo(&b); err != nil || int(n) != len(want)-1 || "\n"+b.String() != want {
		t.Errorf("WriteTo writes %d bytes, %v:\n%s", n, err, b.String())
	}
}

// A log without amounts has no column for money; lines without rows are left
// out.
func TestReconciliationStringShort(t *testing.T) {
	l := buildOf(t, nil, "a 2006-01-01\na 2006-01-02\nb 2006-01-02")
	const want = `
                           rows
Rows read                     3
= purchases                   3
    first                     2
    repeat, up to the cut     1
Customers in the table        2
Log from 2006-01-01 to 2006-01-02, end 2006-01-02. Time in weeks.
`
	if got := "\n" + l.Reconciliation.String(); got != want {
		t.Errorf("String():\n%s\nwant\n%s", got, want)
	}
}

func TestReconciliationJSON(t *testing.T) {
	l := buildOf(t, &Options{Cut: civil("1997-01-31"), End: civil("1997-04-30"), Refunds: Drop}, everyKind)
	got, err := json.Marshal(l.Reconciliation)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"unit":"week","refunds":"drop","amounts":true,` +
		`"first_day":"1997-01-01","last_day":"1997-05-01","cut":"1997-01-31","end":"1997-04-30",` +
		`"read":{"rows":13,"money":1235855.141},` +
		`"unreadable":{"rows":0,"money":0},"excluded":{"rows":0,"money":0},"duplicates":{"rows":0,"money":0},"no_customer":{"rows":1,"money":5.5},"after_end":{"rows":1,"money":1234567.891},` +
		`"refunds_dropped":{"rows":3,"money":-63.25},"cancelled":{"rows":0,"money":0},"born_after_cut":{"rows":3,"money":45},` +
		`"merged":{"rows":0,"money":0},"first":{"rows":2,"money":1030},"repeat":{"rows":2,"money":250},"holdout":{"rows":1,"money":20},` +
		`"histories":{"rows":0,"money":0},"refund_rows":{"rows":3,"money":-63.25},"zero_rows":1,` +
		`"customers":2,"customers_born_after_cut":1,"purchases_born_after_cut":2,"customers_no_purchase":1}`
	if string(got) != want {
		t.Errorf("JSON\n%s\nwant\n%s", got, want)
	}
	var back Reconciliation
	if err := json.Unmarshal(got, &back); err != nil || back != l.Reconciliation {
		t.Errorf("read back: %v, %+v", err, back)
	}
}

func TestReconciliationCheck(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(r *Reconciliation)
		want   string
	}{
		{"row lost", func(r *Reconciliation) { r.Read.Rows++ }, "14 rows were read, but 13 are accounted for"},
		{"row counted twice", func(r *Reconciliation) { r.NoCustomer.Rows++ }, "13 rows were read, but 14 are accounted for"},
		{"negative", func(r *Reconciliation) { r.NoCustomer.Rows = -1 }, "has -1 rows"},
		{"a millionth of a cent", func(r *Reconciliation) { r.Holdout.Money += 1e-8 }, "the rows read amount to"},
		{"no number", func(r *Reconciliation) { r.Read.Money /= r.Unreadable.Money * 0 }, "the rows read amount to"},
		{"customers", func(r *Reconciliation) { r.Customers++ }, "3 customers have 2 first purchases"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := buildOf(t, &Options{Cut: civil("1997-01-31"), End: civil("1997-04-30")}, everyKind)
			tc.change(&l.Reconciliation)
			if err := l.Reconciliation.Check(); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Check() = %v, want %s", err, tc.want)
			}
		})
	}
}

func TestThousands(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"0", "0"}, {"999", "999"}, {"1000", "1,000"}, {"-1000", "-1,000"}, {"-999.50", "-999.50"}, {"1234567.891", "1,234,567.891"}, {"123456", "123,456"},
	} {
		if got := thousands(tc.in); got != tc.want {
			t.Errorf("thousands(%s) = %s, want %s", tc.in, got, tc.want)
		}
	}
	for _, tc := range []struct {
		v    float64
		want string
	}{{-0.001, "0.00"}, {0.005, "0.01"}, {-1234.5, "-1,234.50"}, {999.999, "1,000.00"}} {
		if got := currency(tc.v); got != tc.want {
			t.Errorf("currency(%v) = %s, want %s", tc.v, got, tc.want)
		}
	}
}
