package ingest

import (
	"testing"

	"github.com/predictive-clv/clv/history"
)

func TestSummary(t *testing.T) {
	for _, tc := range []struct{ name, content, want string }{
		{"plain", "frequency,recency,T\n2,30.43,38.86\n0,0,38.86\n", " 2 30.43 38.86 NaN\n 0 0 38.86 NaN\n"},
		{"lifetimes", "customer_id,frequency,recency,T,monetary_value\n0001,2.0,30.43,38.86,22.35\n2,0.0,0.0,38.86,0.0\n3,0,0,1,\n4,0,0,1,NaN\n",
			"0001 2 30.43 38.86 22.35\n2 0 0 38.86 NaN\n3 0 0 1 NaN\n4 0 0 1 NaN\n"},
		{"R", "cust;x;t.x;litt;sales;first;T.cal\n1;1;5;0;9;1997-01-01;7\n", "1 1 5 7 NaN\n"},
		{"negative zero", "frequency,recency,T\n0,-0,1\n", " 0 0 1 NaN\n"},
		{"refunds prevail", "frequency,recency,T,spend\n1,1,2,-5\n", " 1 1 2 -5\n"},
		{"nobody's name", "id,frequency,recency,T\n,1,1,2\n,1,1,2\n", " 1 1 2 NaN\n 1 1 2 NaN\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := text(t, tc.content)
			wantHistories(t, d, tc.want)
			if !d.Summary || d.Log.Days != nil || d.Log.Table.Unit != history.Day {
				t.Errorf("Summary %v, Days %v, unit %v", d.Summary, d.Log.Days, d.Log.Table.Unit)
			}
		})
	}
	d := text(t, "n,T,recency,frequency\n3464,6,0,0\n1091,6,1,1\n")
	same := d.Log.Table.N[0] == 3464 && d.Log.Table.N[1] == 1091 && d.Log.Reconciliation.Customers == 4555
	if !same || d.Log.Reconciliation.Histories.Rows != 2 {
		t.Errorf("N = %v, reconciliation\n%v", d.Log.Table.N, &d.Log.Reconciliation)
	}
}

// A cut of a summary is only noted; a date column that is named makes a log of
// a file that looks like a summary.
func TestSummaryOptions(t *testing.T) {
	path := write(t, "a.csv", "id,frequency,recency,T,day\n1,1,1,2,1997-01-01\n")
	d := mustRead(t, &Options{In: []string{path}, Unit: history.Week, Cut: civil("1997-09-30")})
	if tab := d.Log.Table; !tab.Cut.Equal(civil("1997-09-30")) || !tab.End.Equal(tab.Cut) {
		t.Errorf("cut %v, end %v", tab.Cut, tab.End)
	}
	if d = mustRead(t, &Options{In: []string{path}, Date: "day"}); d.Summary {
		t.Error("a file with --date was read as a summary")
	}
}

func TestSummaryErrors(t *testing.T) {
	const head = "id,frequency,recency,T,monetary_value\na,1,1,2,3\n"
	for _, tc := range []struct{ name, row, want string }{
		{"negative frequency", "b,-1,1,2,3", `FILE:3: column "frequency": frequency is -1: repeat purchases cannot be negative`},
		{"fraction", "b,1.5,1,2,3", `FILE:3: column "frequency": "1.5" is not a whole number of repeat purchases`},
		{"too many", "b,1e12,1,2,3", `FILE:3: column "frequency": "1e12" is not a whole number of repeat purchases`},
		{"no frequency", "b,,1,2,3", `FILE:3: column "frequency": the field is empty: a number is expected`},
		{"recency NaN", "b,1,NaN,2,3", `FILE:3: column "recency": "NaN" is not a number`},
		{"T infinite", "b,1,1,inf,3", `FILE:3: column "T": "inf" is not a number`},
		{"T empty", "b,1,1, ,3", `FILE:3: column "T": the field is empty: a number is expected`},
		{"T negative", "b,0,0,-1,0", `FILE:3: column "T": T is -1: an age cannot be negative`},
		{"recency negative", "b,1,-1,2,3", `FILE:3: column "recency": recency is -1: it is the age at the last purchase and cannot be negative`},
		{"recency after T", "b,1,3,2,3", `FILE:3: column "recency": recency 3 is greater than T 2: the last purchase would lie after the end of observation`},
		{"recency without purchase", "b,0,1,2,", `FILE:3: column "recency": recency is 1 with frequency 0: without a repeat purchase it is 0`},
		{"purchase at 0", "b,1,0,2,3", `FILE:3: column "recency": recency is 0 with frequency 1: a repeat purchase at the moment of the first one makes the likelihood unbounded; merge the two`},
		{"no money", "b,1,1,2,", `FILE:3: column "monetary_value": the field is empty: a number is expected`},
		{"money NaN", "b,1,1,2,NaN", `FILE:3: column "monetary_value": "NaN" is not a number`},
		{"money of the first purchase", "b,0,0,2,7", `FILE:3: column "monetary_value": "7" with frequency 0: it must be the mean of the repeat purchases, the first one left out; if it is not, say --amount none`},
		{"two rows", "a,1,1,2,3", `FILE:3: column "id": customer "a" has a row already, FILE:2: a customer has one history`},
		{"short", "b,1,1,2", `FILE:3: the row has 4 fields, but the header has 5`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			wantError(t, &Options{In: []string{write(t, "a.csv", head+tc.row+"\n")}, Unit: history.Week}, tc.want)
			if _, err := Read(t.Context(), &Options{In: []string{write(t, "a.csv", head+tc.row+"\n")}, Unit: history.Week, SkipBadRows: true}); err != nil {
				t.Errorf("the row cannot be skipped: %v", err)
			}
		})
	}
	for _, row := range []string{"1,1,2,0", "1,1,2,-3"} {
		path := write(t, "a.csv", "frequency,recency,T,count\n"+row+"\n")
		wantError(t, &Options{In: []string{path}, Unit: history.Week}, `FILE:2: column "count": "`+row[6:]+`" customers share the row: there must be some`)
	}
	path := write(t, "a.csv", head)
	wantError(t, &Options{In: []string{path}}, "FILE: the columns frequency, recency and T are histories, and they do not tell their unit of time: say --unit day, week, month or year")
	wantError(t, &Options{In: []string{path}, Unit: history.Week, End: civil("1997-01-01")}, "FILE: the columns frequency, recency and T are histories up to the cut: an end of the holdout has no meaning for them")
}
