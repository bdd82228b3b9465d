package ingest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// Two shops and a till, each with its own columns, customers who go by several
// identifiers, staff, and an export that overlaps: whatever decodes them.
func TestSources(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"shop-1.csv": "client,day,total,number,currency\nA1,1997-01-01,10,1,EUR\nA1,1997-01-01,2,1,EUR\nB2,1997-01-05,5,2,EUR\nstaff,1997-01-06,99,3,EUR\n",
		"shop-2.csv": "client,day,total,number,currency\nB2,1997-01-05,5,2,EUR\nB2,1997-01-09,7,4,EUR\nC3,1997-01-31,1,,\n",
		"till.csv":   "when;who;price\n02.01.1997;17;1.234,50\n13.01.1997; 17 ;3\n",
		"ids.csv":    "alias,customer\n17,A1\n18,A1\n",
		"staff.txt":  "staff\n\n owner \n",
		"map.yaml": `sources:
  - in: [shop-*.csv]
    customer: client
    amount: total
    order: number
    currency: Currency
  - in: [till.csv]
    customer: who
    date: when
    amount: price
    decimal: ","
    delimiter: ";"
alias_file: ids.csv
exclude_file: staff.txt
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range []Engine{Streaming, Embedded} {
		o := Options{Unit: history.Day, Engine: e}
		if err := o.LoadMapping(filepath.Join(dir, "map.yaml")); err != nil {
			t.Fatal(err)
		}
		d := mustRead(t, &o)
		wantHistories(t, d, "A1 2 12 30 618.75\nB2 1 4 26 7\nC3 0 0 0 NaN\n")
		r := &d.Log.Reconciliation
		if r.Excluded != (history.Tally{Rows: 1, Money: 99}) || r.Duplicates != (history.Tally{Rows: 1, Money: 5}) || d.Aliased != 2 {
			t.Errorf("left out %+v, duplicates %+v, %d aliases", r.Excluded, r.Duplicates, d.Aliased)
		}
		if want := (history.Tally{Rows: 9, Money: 1366.5}); r.Read != want || r.Check() != nil {
			t.Errorf("%+v was read, want %+v: %v", r.Read, want, r.Check())
		}
		if got, want := d.Columns.String(), `customer "client", date "day", date format "2006-01-02", amount "total", order "number", currency "Currency"`; got != want {
			t.Errorf("columns %s, want %s", got, want)
		}
	}
}

func TestCurrencies(t *testing.T) {
	path := write(t, "a.csv", "id,date,amount,currency\n1,1997-01-01,1,EUR\n1,1997-01-02,1,\n1,1997-01-02,1,GBP\n")
	for _, e := range []Engine{Streaming, Embedded} {
		wantError(t, &Options{In: []string{path}, Currency: "currency", SkipBadRows: true, Engine: e},
			`FILE:4: column "currency": "GBP" after "EUR": amounts of several currencies cannot be added up: convert them, or select one currency`)
	}
	mustRead(t, &Options{In: []string{path}})
	wantError(t, &Options{In: []string{path}, Currency: "money"}, `FILE: there is no column "money": the columns are "id", "date", "amount", "currency"`)
}

func TestNobodyLeft(t *testing.T) {
	path := write(t, "a.csv", "id,date\n1,1997-01-01\n1,1997-01-02\n")
	wantError(t, &Options{In: []string{path}, Exclude: []string{"1"}},
		"FILE: there are no transactions; rows of customers to leave out and of duplicate orders do not count, and 2 of them were read")
}

func TestMappingErrors(t *testing.T) {
	for content, want := range map[string]string{
		"sauces: []":                                     "FILE: yaml: unmarshal errors:\n  line 1: field sauces not found in type ingest.mapping",
		"alias_file: none.csv":                           "DIR/none.csv: there is no such file",
		"exclude_file: none.csv":                         "DIR/none.csv: there is no such file",
		`{"sources": [{"customer": "id"}]}`:              "a source names no file: in",
		`{"sources": [{"in": [a], "decimal": x}]}`:       `decimal mark "x" is not known: use . or ,`,
		`sources: [{in: [a], delimiter: ", "}]`:          `delimiter ", " has more than one character`,
		"aliases: {a: b, b: c}\nsources: [{in: [FILE]}]": `FILE: the identifier "a" stands for "b", which stands for "c": let each stand for the last`,
	} {
		path := write(t, "id,date.yaml", content)
		content = strings.ReplaceAll(content, "FILE", write(t, "log.csv", "id,date\n1,1997-01-01\n"))
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		var o Options
		err := o.LoadMapping(path)
		if err == nil {
			_, err = Read(t.Context(), &o)
		}
		if err == nil {
			t.Errorf("%s: no error", content)
			continue
		}
		got := strings.ReplaceAll(strings.ReplaceAll(err.Error(), path, "FILE"), filepath.Dir(path), "DIR")
		if got != want && !(strings.HasPrefix(want, "FILE: the identifier") && strings.HasSuffix(got, want[4:])) {
			t.Errorf("%s: error\n%s\nwant\n%s", content, got, want)
		}
	}
	var o Options
	if err := o.LoadAliases(write(t, "a.csv", "a,c\n1,2\n1,3\n")); err == nil || !strings.HasSuffix(err.Error(), `a.csv:3: the identifier "1" stands for "2" and for "3"`) {
		t.Errorf("error %v", err)
	}
	if err := o.LoadAliases(write(t, "a.csv", "a,c\n1,\n")); err == nil || !strings.HasSuffix(err.Error(), "a.csv:2: an identifier is empty") {
		t.Errorf("error %v", err)
	}
}
