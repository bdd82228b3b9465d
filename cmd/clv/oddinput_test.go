package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestOddInput: odd files that say what they mean are read as they mean it, by
// every engine.
func TestOddInput(t *testing.T) {
	const head = "customer_id,date,amount\n"
	wide := strings.Repeat(",x", 1_000_000)
	for _, tt := range []struct{ name, file, args, want string }{
		{"a byte order mark", "\xef\xbb\xbf" + head + "A,2024-01-01,1\nA,2024-01-03,2\n", "", "A,1,2,2,2\n"},
		{"lines that end in CRLF", "customer_id,date,amount\r\nA,2024-01-01,1\r\nA,2024-01-03,2\r\n", "", "A,1,2,2,2\n"},
		{"no line end at the end", head + "A,2024-01-01,1\nA,2024-01-03,2", "", "A,1,2,2,2\n"},
		{"quotes", head + "\"A \"\"x\"\",\nB\",\"2024-01-01\",\"1\"\n", "", "\"A \"\"x\"\",\nB\",0,0,0,\n"},
		{"bytes that are not UTF-8", head + "\xe9\xff,2024-01-01,1\n", "", "\xe9\xff,0,0,0,\n"},
		{"a million columns", "customer_id,date,amount" + wide + "\nA,2024-01-01,1" + wide + "\n", "", "A,0,0,0,\n"},
		{"the first day there is", head + "A,0001-01-01,1\nA,0001-01-03,2\n", "", "A,1,2,2,2\n"},
		{"the last day there is", head + "A,9999-12-29,1\nA,9999-12-31,2\n", "", "A,1,2,2,2\n"},
		{"a decimal comma", "customer_id;date;amount\nA;2024-01-01;1\nA;2024-01-03;1.234,56\n", "--decimal ,", "A,1,2,2,1234.56\n"},
		{"a decimal point", head + "A,2024-01-01,1\nA,2024-01-03,\"1,234.56\"\n", "--decimal .", "A,1,2,2,1234.56\n"},
		{"a million equal rows", head + strings.Repeat("A,2024-01-01,1\n", 1_000_000), "", "A,0,0,0,\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeFile(t, "odd.csv", tt.file)
			for _, engine := range []string{"stream", "embedded"} {
				args := append([]string{"summarize", "--in", "odd.csv", "--unit", "day", "--engine", engine}, strings.Fields(tt.args)...)
				if got := must(t, args...).out; got != "customer_id,frequency,recency,T,monetary_value\n"+tt.want {
					t.Errorf("--engine %s: the summary is %q, want %q", engine, got, tt.want)
				}
			}
		})
	}
}

// TestOddInputRefused: what does not say what it means is refused with its
// place, by every engine.
func TestOddInputRefused(t *testing.T) {
	const head = "customer_id,date,amount\n"
	for _, tt := range []struct{ name, file, args, want string }{
		{"year 0", head + "A,0000-12-31,1\n", "", `odd.csv:2: column "date": "0000-12-31" is not a date: there is no such day`},
		{"year 10000", head + "A,10000-01-01,1\n", "", `odd.csv:2: column "date": "10000-01-01" is not a date`},
		{"Infinity", head + "A,2024-01-01,Infinity\n", "", `odd.csv:2: column "amount": "Infinity" is not a number`},
		{"two decimal marks without a word", head + "A,2024-01-01,\"1.234,56\"\n", "", `odd.csv:2: column "amount": "1.234,56"`},
		{"a quote inside a field", head + "A\"B,2024-01-01,1\n", "", `odd.csv:2: a quote (") stands inside a field that is not quoted`},
		{"text that only CSV can hold", head + "\xe9\xff,2024-01-01,1\n", "--out x.jsonl", `row 1: column "customer_id": "\xe9\xff" is not UTF-8`},
		{"text that only CSV can hold, as Parquet", head + "\xe9\xff,2024-01-01,1\n", "--out x.parquet", `is not UTF-8`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			writeFile(t, "odd.csv", tt.file)
			for _, engine := range []string{"stream", "embedded"} {
				r := clv(append([]string{"summarize", "--in", "odd.csv", "--engine", engine}, strings.Fields(tt.args)...)...)
				if r.code != exitFailure || r.out != "" || !strings.Contains(r.err, tt.want) {
					t.Errorf("--engine %s: exit code %d, words %q; want 1 and %q", engine, r.code, r.err, tt.want)
				}
			}
			if names := folder(t); !slices.Equal(names, []string{"odd.csv"}) {
				t.Errorf("the folder holds %v", names)
			}
		})
	}
}

// TestInputThatChanges: a file that is written to while it is read has no
// summary.
func TestInputThatChanges(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "log.csv", "customer_id,date\n"+strings.Repeat("A,2024-01-01\n", 300_000))
	for _, engine := range []string{"stream", "embedded"} {
		done, stopped := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(stopped)
			for second := int64(1); ; second++ {
				select {
				case <-done:
					return
				default:
					os.Chtimes("log.csv", time.Time{}, time.Unix(second, 0))
				}
			}
		}()
		r := clv("summarize", "--in", "log.csv", "--engine", engine, "--out", "s.csv")
		close(done)
		<-stopped
		if r.code != exitFailure || !strings.HasSuffix(r.err, "clv: log.csv changed while it was read: read it when it is complete\n") {
			t.Errorf("--engine %s: exit code %d, words %q", engine, r.code, r.err)
		}
	}
	if names := folder(t); !slices.Equal(names, []string{"log.csv"}) {
		t.Errorf("the folder holds %v", names)
	}
}
