package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/portfolio"
)

// TestRegularLog makes testdata/regular.csv anew: 100 customers whose gaps are
// gamma distributed with shape 4 and a mean of their own, 14 to 42 days, and who
// drop out after a purchase with probability 0.06.
func TestRegularLog(t *testing.T) {
	rng := rand.New(rand.NewPCG(42, 4))
	end, _ := history.ParseDate("2025-12-28")
	type row struct {
		day  history.Date
		text string
	}
	var rows []row
	for i := range 100 {
		mean := 14 + 28*rng.Float64()
		day := end - 363 + history.Date(rng.IntN(180))
		for day <= end {
			rows = append(rows, row{day, fmt.Sprintf("R%03d,%v,%.2f", i+1, day, 15+30*rng.Float64())})
			if rng.Float64() < 0.06 {
				break
			}
			gap := 0.0
			for range 4 {
				gap += rng.ExpFloat64() * mean / 4
			}
			day += history.Date(max(1, math.Round(gap)))
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return int(a.day - b.day) })
	var b strings.Builder
	b.WriteString("customer_id,date,amount\n")
	for _, r := range rows {
		b.WriteString(r.text + "\n")
	}
	path := filepath.Join("..", "..", "testdata", "regular.csv")
	if os.Getenv("CLV_REGULAR_LOG") != "" {
		writeFile(t, path, b.String())
	}
	if readFile(t, path) != b.String() {
		t.Errorf("%s is not what this test makes; with CLV_REGULAR_LOG=1 it writes it", path)
	}
}

// rowsOfList runs a list and reads the rows back.
func rowsOfList(t *testing.T, line string) table {
	t.Helper()
	return parseTable(t, must(t, strings.Fields("list "+line+" --csv")...).out)
}

func TestListForms(t *testing.T) {
	workspace(t)
	const risk = "risk --model-file model.json --in log.csv"
	tab := rowsOfList(t, risk)
	want := []string{"rank", "customer_id", "value_at_risk", "clv_90d", "p_alive", "p_order_90d", "orders_90d", "p_order_90d_before", "orders_90d_before",
		"gap_days", "usual_gap_days", "reason", "pays"}
	if !slices.Equal(tab.header, want) {
		t.Errorf("columns %v, want %v", tab.header, want)
	}
	doc := decodeJSON[listDocument](t, must(t, strings.Fields("list "+risk+" --json")...).out)
	if doc.Version != portfolio.ListVersion || doc.List != "risk" || doc.Found != len(tab.rows) || len(doc.Rows) != doc.Found || doc.Not != portfolio.NotCausal ||
		doc.Day != "2025-12-28" || doc.Since != "2025-11-28" || doc.RankedBy != "value_at_risk" {
		t.Errorf("the document is %+v, and there are %d rows", doc, len(tab.rows))
	}
	text := must(t, strings.Fields("list "+risk)...).out
	for k, reason := range tab.text(t, "reason")[:20] {
		if !strings.Contains(text, reason) {
			t.Errorf("the text lacks place %d: %s", k+1, reason)
		}
	}
	if n := strings.Count(text, "\n|"); n != 21 || !strings.HasSuffix(text, wrap(portfolio.NotCausal, 0, 0)) {
		t.Errorf("%d lines of a table, want 21, and the sentence at the end:\n%s", n, text)
	}
	must(t, strings.Fields("list "+risk+" --out risk.md --limit 20")...)
	if readFile(t, "risk.md") != text {
		t.Error("the Markdown file and standard output differ")
	}
	must(t, strings.Fields("list "+risk+" --out risk.jsonl")...)
	if n := strings.Count(readFile(t, "risk.jsonl"), "\n"); n != len(tab.rows) {
		t.Errorf("%d JSON lines, want %d", n, len(tab.rows))
	}
}

func TestListMarks(t *testing.T) {
	workspace(t)
	const line = "winback --model-file model.json --in log.csv --idle 120d --contact-cost 4 --holdout 15% --holdout-salt spring"
	tab := rowsOfList(t, line)
	ids, scores, pays := tab.text(t, "customer_id"), tab.floats(t, "value_after_contact"), tab.text(t, "pays")
	drawn := 0
	for k, group := range tab.text(t, "group") {
		if want := portfolio.Holdout(ids[k], "spring", 0.15); (group == "holdout") != want {
			t.Errorf("customer %s is in group %s", ids[k], group)
		} else if want {
			drawn++
		}
		if (pays[k] == "yes") != (scores[k] > 0) {
			t.Errorf("customer %s at %v pays: %s", ids[k], scores[k], pays[k])
		}
	}
	if !slices.IsSortedFunc(scores, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) || !slices.Contains(pays, "no") || drawn == 0 || drawn == len(ids) {
		t.Errorf("scores %v, pays %v, %d drawn", scores, pays, drawn)
	}
	for _, gap := range tab.floats(t, "gap_days") {
		if gap < 120 {
			t.Errorf("a customer who bought %v days ago is won back", gap)
		}
	}
}

func TestListByOwner(t *testing.T) {
	workspace(t)
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write([]string{"customer_id", "owner"})
	for i := range 200 {
		w.Write([]string{fmt.Sprintf("C%03d", i+1), []string{"Ann", "Bob"}[i%2]})
	}
	w.Flush()
	writeFile(t, "owners.csv", b.String())
	tab := rowsOfList(t, "top --model-file model.json --in log.csv --segments owners.csv --by owner --limit 3")
	if got, want := tab.text(t, "owner"), []string{"Ann", "Ann", "Ann", "Bob", "Bob", "Bob", "none", "none", "none"}; !slices.Equal(got, want) {
		t.Errorf("owners %v, want %v", got, want)
	}
	if got, want := strings.Join(tab.text(t, "rank"), ""), "123123123"; got != want {
		t.Errorf("ranks %s, want %s", got, want)
	}
}

func TestReorderNeedsRegularity(t *testing.T) {
	workspace(t)
	r := clv(strings.Fields("list reorder --model-file model.json --in log.csv --out due.csv")...)
	if r.code != exitFailure || r.out != "" || !strings.Contains(r.err, "do not buy at regular intervals") || slices.Contains(folder(t), "due.csv") {
		t.Errorf("exit code %d, output %q, words %q", r.code, r.out, r.err)
	}
	tab := rowsOfList(t, "reorder --model-file model.json --in regular.csv")
	early, middle, late := tab.text(t, "due_p10"), tab.text(t, "due_p50"), tab.text(t, "due_p90")
	for k := range middle {
		if early[k] <= "2025-12-28" || early[k] > middle[k] || middle[k] >= late[k] || k > 0 && middle[k] < middle[k-1] {
			t.Errorf("row %d is due %s, from %s to %s", k+1, middle[k], early[k], late[k])
		}
	}
	if len(middle) < 30 {
		t.Errorf("%d customers are due", len(middle))
	}
}

func TestSegmentForms(t *testing.T) {
	workspace(t)
	const line = "segment --model-file model.json --in log.csv --since 2025-06-30"
	doc := decodeJSON[segmentDocument](t, must(t, strings.Fields(line+" --json --rows")...).out)
	if doc.Customers != 300 || len(doc.Rows) != 300 || doc.Not != portfolio.NotCausal || len(doc.Transitions) != 30 {
		t.Errorf("%d customers, %d rows, %d transitions, %q", doc.Customers, len(doc.Rows), len(doc.Transitions), doc.Not)
	}
	rows := parseTable(t, must(t, strings.Fields(line+" --rows")...).out)
	cells := parseTable(t, must(t, strings.Fields(line+" --csv")...).out)
	for k, name := range cells.text(t, "name") {
		n := 0
		for _, label := range rows.text(t, cells.rows[k][0]) {
			if label == name {
				n++
			}
		}
		if got := cells.rows[k][2]; got != fmt.Sprint(n) {
			t.Errorf("%s %s has %s customers, and %d rows", cells.rows[k][0], name, got, n)
		}
	}
	if text := must(t, strings.Fields(line)...).out; !strings.HasSuffix(text, wrap(portfolio.NotCausal, 0, 0)) {
		t.Errorf("the text ends without the sentence:\n%s", text)
	}
}

// TestListTakesProfit: customers whose orders leave less than nothing are the
// unprofitable ones, without any other cost.
func TestListTakesProfit(t *testing.T) {
	workspace(t)
	lines := strings.Split(strings.TrimSpace(readFile(t, "log.csv")), "\n")
	for i, line := range lines[1:] {
		share := "4"
		if strings.HasPrefix(line, "C00") {
			share = "-9"
		}
		lines[i+1] = line + "," + share
	}
	lines[0] += ",profit"
	writeFile(t, "profit.csv", strings.Join(lines, "\n"))
	tab := rowsOfList(t, "unprofitable --model-file model.json --in profit.csv --amount amount --profit profit")
	for _, id := range tab.text(t, "customer_id") {
		if !strings.HasPrefix(id, "C00") {
			t.Errorf("customer %s, whose orders leave 4 each, is unprofitable", id)
		}
	}
	if len(tab.rows) == 0 {
		t.Error("nobody is unprofitable, and the orders of nine leave -9 each")
	}
}
