package ingest

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// JSON lines: numbers and dates are read as they are written, what is missing
// is empty, and errors name the line.
func TestJSONLines(t *testing.T) {
	const content = `{"customer_id": "0001", "date": "1997-01-01", "amount": 3}` + "\n" +
		`{"date": "1997-01-10", "amount": 5.10, "customer_id": "0001", "more": [1, {"a": 2}]}` + "\n" +
		`{"customer_id": 17, "date": "1997-01-31T23:59:59+02:00", "amount": "$7.00"}` + "\n" +
		`{"date": "1997-01-31", "amount": 1e1}` + "\n"
	for _, name := range []string{"log.jsonl", "log.json", "log.txt", "log.ndjson.gz"} {
		text := content
		if strings.HasSuffix(name, ".gz") {
			text = packed(content)
		}
		for _, e := range []Engine{Choose, Streaming, Embedded} {
			d := mustRead(t, &Options{In: []string{write(t, name, text)}, Unit: history.Day, Engine: e})
			wantHistories(t, d, "0001 1 9 30 5.1\n17 0 0 0 NaN\n")
			if r := d.Log.Reconciliation; r.NoCustomer != (history.Tally{Rows: 1, Money: 10}) {
				t.Errorf("%s: reconciliation\n%v", name, &r)
			}
		}
	}
	path := write(t, "log.jsonl", content+`{"customer_id": "0001", "date": "1997-02-30", "amount": 3}`+"\n")
	wantError(t, &Options{In: []string{path}}, `FILE:5: column "date": "1997-02-30" is not a date: there is no such day`)
	path = write(t, "log.jsonl", content+"{\"customer_id\": \n")
	wantError(t, &Options{In: []string{path}}, "FILE:5: the line is not JSON: unexpected end of JSON input")
}

// Lines that are no objects, or hold no date or amount, are set aside with their
// text, by every engine; without that, all of them are named.
func TestJSONLinesBadRows(t *testing.T) {
	const content = "\ufeff\n" + `{"customer_id": "A", "date": "1997-01-01", "amount": 3}` + "\n\n" +
		`{"customer_id": "A", "date": "soon", "amount": 4}` + "\n" + `{"customer_id": oops` + "\r\n" + `[1, 2]` + "\n" + `null` + "\n" +
		`{"customer_id": "A", "date": "1997-01-05"}` + "\n" + `{"customer_id": "A", "date": "1997-01-09", "amount": 5}`
	path := write(t, "log.jsonl", content)
	for _, e := range []Engine{Choose, Streaming, Embedded} {
		var out bytes.Buffer
		d := mustRead(t, &Options{In: []string{path}, SkipBadRows: true, BadRows: &out, Unit: history.Day, Engine: e})
		wantHistories(t, d, "A 1 8 8 5\n")
		if r := &d.Log.Reconciliation; r.Unreadable != (history.Tally{Rows: 5, Money: 4}) || r.Read != (history.Tally{Rows: 7, Money: 12}) || r.Check() != nil {
			t.Errorf("reconciliation\n%v", r)
		}
		got := strings.Split(strings.TrimSpace(out.String()), "\n")
		for i, want := range []string{"file,line,column,cause,text", `.jsonl,4,date,`, `.jsonl,5,,the line is not JSON: `, `.jsonl,6,,"the line is not a JSON object`,
			`.jsonl,7,,"the line is not a JSON object`, `.jsonl,8,amount,the field is empty: a number is expected,"{""customer_id"": ""A"", ""date"": ""1997-01-05""}"`} {
			if i >= len(got) || !strings.Contains(got[i], want) {
				t.Errorf("written\n%s\nwant %s in line %d", out.String(), want, i+1)
			}
		}
		_, err := Read(t.Context(), &Options{In: []string{path}, Engine: e})
		if bad, ok := err.(*BadRows); !ok || len(bad.First) != 5 || !strings.HasPrefix(bad.First[1].Error(), path+":5: the line is not JSON") {
			t.Errorf("error %v, want five rows", err)
		}
	}
	wantError(t, &Options{In: []string{write(t, "log.jsonl", "")}}, "FILE: the file is empty")
	wantError(t, &Options{In: []string{write(t, "log.json", "[\n{\"customer_id\": \"A\"},\n"+`{"customer_id": "B"}]`)}},
		`FILE: no line is a JSON object, like {"customer_id": "17", "date": "1997-01-31"}: write each row on a line of its own; jq -c '.[]' does so with an array`)
}

// The engine and the reader in Go read the same from many lines, long ones and
// odd characters among them.
func TestJSONLinesEngines(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	for i := range 3 * chunkLength {
		note := strings.Repeat("x", rng.IntN(20))
		if i%1000 == 0 {
			note = strings.Repeat("é\\\"{}[]", bufferSize/8)
		}
		fmt.Fprintf(&b, `{"note": "%s", "customer_id": "Zo\u00eb \"%d\"", "date": "1997-0%d-1%d", "amount": %g, "more": {"a": [%d]}}`+"\n",
			note, rng.IntN(500), 1+rng.IntN(9), rng.IntN(10), float64(rng.IntN(10000))/100, i)
	}
	path := write(t, "log.jsonl", b.String())
	want := mustRead(t, &Options{In: []string{path}, Engine: Streaming})
	got := mustRead(t, &Options{In: []string{path}})
	sameLog(t, got.Log, want.Log)
	if got.SHA256 != want.SHA256 || want.Engine != "streaming" || want.Log.Table.ID[0][:4] != "Zoë" {
		t.Errorf("read by %q, %q; the first customer is %q", got.Engine, want.Engine, want.Log.Table.ID[0])
	}
}
