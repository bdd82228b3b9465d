package ingest

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/go-gota/gota/dataframe"
	"github.com/go-gota/gota/series"

	"github.com/predictive-clv/clv/history"
)

// A log in a data frame gives what the same log in a file gives.
func TestReadFrame(t *testing.T) {
	const content = "customer_id,date,amount\n0001,1997-01-01,3\n0001,1997-01-10,5.123456789\n,1997-01-02,1\n17,1997-01-31,7\n"
	want := text(t, content)
	df := dataframe.ReadCSV(strings.NewReader(content), dataframe.WithTypes(map[string]series.Type{"customer_id": series.String}))
	got, err := ReadFrame(df, &Options{Unit: history.Day})
	if err != nil {
		t.Fatal(err)
	}
	sameLog(t, got.Log, want.Log)
	if got.Engine != "gota" || got.SHA256 != "" || got.Columns != want.Columns {
		t.Errorf("%q, %q, %v", got.Engine, got.SHA256, got.Columns)
	}
	floats := dataframe.New(series.New([]float64{17, math.NaN()}, series.Float, "id"), series.New([]string{"1997-01-01", "1997-01-01"}, series.String, "date"))
	if got, err = ReadFrame(floats, nil); err != nil || got.Log.Table.ID[0] != "17.0" || got.Log.Reconciliation.NoCustomer.Rows != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

// Histories survive the way into a data frame and back, to the last bit.
func TestFrameRoundTrip(t *testing.T) {
	d := mustRead(t, &Options{In: []string{write(t, "log.csv", benchmarkLog(2000))}, Cut: civil("1997-09-30")})
	tab := d.Log.Table
	df := Frame(tab)
	if want := []string{"customer_id", "frequency", "recency", "T", "monetary_value", "holdout_frequency", "holdout_spend"}; !reflect.DeepEqual(df.Names(), want) {
		t.Errorf("columns %v, want %v", df.Names(), want)
	}
	again, err := ReadFrame(df, &Options{Unit: tab.Unit})
	if err != nil || !again.Summary {
		t.Fatalf("%v, %v", again, err)
	}
	if got, want := histories(again.Log.Table), histories(tab); got != want {
		t.Errorf("histories\n%s\nwant\n%s", got, want)
	}
	states := tab.Compress()
	again, err = ReadFrame(Frame(states), &Options{Unit: tab.Unit})
	if err != nil || again.Log.Table.Customers() != tab.Customers() {
		t.Errorf("%v, %v", again, err)
	}
}

func TestReadFrameErrors(t *testing.T) {
	column := func(name string, fields ...string) series.Series { return series.New(fields, series.String, name) }
	for _, tc := range []struct {
		df   dataframe.DataFrame
		want string
	}{
		{dataframe.New(column("id", "1", "1"), column("date", "1997-01-01", "x")), `data frame: row 2: column "date": "x" is not a date: write dates like 1997-09-30, or tell how they are written with --date-format, like %d/%m/%Y or 02/01/2006`},
		{dataframe.New(column("id", "1")), `data frame: no column looks like the date: choose one with --date (the first line must name the columns; it reads "id")`},
		{dataframe.New(column("id", ""), column("date", "1997-01-01")), "none of the 1 transactions names a customer"},
		{dataframe.DataFrame{Err: errors.New("no frame")}, "no frame"},
	} {
		if _, err := ReadFrame(tc.df, nil); err == nil || err.Error() != tc.want {
			t.Errorf("error %v, want %s", err, tc.want)
		}
	}
}
