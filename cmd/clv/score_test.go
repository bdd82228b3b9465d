package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestScoreIsPredict: orders fed to clv score, one customer a line, give the
// numbers of clv predict on the log, to the last bit, for every family and unit.
func TestScoreIsPredict(t *testing.T) {
	workspace(t)
	log := parseTable(t, readFile(t, "log.csv"))
	id, date, amount := log.text(t, "customer_id"), log.text(t, "date"), log.text(t, "amount")
	orders := map[string][]string{}
	var ids []string
	for i := range id {
		if date[i] > "2025-03-31" {
			continue
		}
		if orders[id[i]] == nil {
			ids = append(ids, id[i])
		}
		orders[id[i]] = append(orders[id[i]], fmt.Sprintf(`{"date":"%s","amount":%s}`, date[i], amount[i]))
	}
	var lines strings.Builder
	for _, id := range ids {
		slices.Sort(orders[id])
		fmt.Fprintf(&lines, `{"id":"%s","orders":[%s]}`+"\n", id, strings.Join(orders[id], ","))
	}
	for i, family := range families {
		unit := []string{"week", "month", "day", "year"}[i%4]
		must(t, "fit", "--in", "log.csv", "--cut", "2025-03-31", "--model", family.name, "--unit", unit, "--out", "m.json")
		flags := strings.Fields("--model-file m.json --horizon 90d --discount 7%/y --margin 0.3")
		want := parseTable(t, must(t, append([]string{"predict", "--in", "log.csv", "--cut", "2025-03-31"}, flags...)...).out)
		r := clvFrom(strings.NewReader(lines.String()), append([]string{"score", "--at", "2025-03-31"}, flags...)...)
		got := strings.Split(strings.TrimSpace(r.out), "\n")
		if r.code != exitOK || len(got) != len(ids) || len(got) != len(want.rows) {
			t.Fatalf("%s: %d scores of %d customers, %s", family.name, len(got), len(ids), r.err)
		}
		for i, line := range got {
			score := decodeJSON[map[string]any](t, line)
			for column, field := range map[string]string{"p_alive": "p_alive", "p_order_90d": "p_order", "orders_90d": "orders", "spend": "spend", "clv_90d": "clv"} {
				if v := want.floats(t, column)[i]; score[field] != v || score["id"] != want.text(t, "customer_id")[i] {
					t.Fatalf("%s, %s: %s is %v, and clv predict says %v", family.name, line, field, score[field], v)
				}
			}
		}
	}
}

// TestScoreLines: what stands in the answers, line by line.
func TestScoreLines(t *testing.T) {
	workspace(t)
	r := must(t, "score", "--model-file", "model.json", "--in", "states.jsonl", "--at", "2025-03-31")
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	for i, want := range []struct {
		id, flags string
		state     bool
	}{{"ada", "", false}, {"bob", "", true}, {"cyd", "", true}, {"dan", "", true}, {"eve", "newcomer", false}, {"fay", "unknown_money", false}} {
		var got struct {
			ID    string
			CLV   float64
			Flags []string
			State map[string]any
		}
		if err := json.Unmarshal([]byte(lines[i]), &got); err != nil {
			t.Fatal(err)
		}
		if got.ID != want.id || strings.Join(got.Flags, " ") != want.flags || (got.State != nil) != want.state || !(got.CLV > 0) || math.IsInf(got.CLV, 0) {
			t.Errorf("line %d: %s, want %+v", i+1, lines[i], want)
		}
	}
	if !strings.Contains(r.err, "6 lines scored, 0 set aside") {
		t.Errorf("the words are %q", r.err)
	}
	var again strings.Builder // the state that came back is the state after the orders
	for _, line := range lines {
		if answer := decodeJSON[map[string]any](t, line); answer["state"] != nil {
			text, _ := json.Marshal(answer["state"])
			fmt.Fprintf(&again, "{\"id\":%q,%s\n", answer["id"], text[1:])
		}
	}
	second := clvFrom(strings.NewReader(again.String()), "score", "--model-file", "model.json", "--at", "2025-03-31")
	for _, line := range strings.Split(strings.TrimSpace(second.out), "\n") {
		if !strings.Contains(r.out, strings.TrimSuffix(line, "}")+`,"state":`) {
			t.Errorf("sent again, a state gives %s", line)
		}
	}
}

// TestScoreBadLines: the first bad line ends the work with its number, or is
// set aside.
func TestScoreBadLines(t *testing.T) {
	workspace(t)
	in := "{\"at\":\"2025-01-01\"}\n{\"frequency\":2}\n\n{\"at\":\"2025-01-01\",\"horizon\":\"5\"}\n{}\n{\"at\":\"2025-01-02\"}"
	r := clvFrom(strings.NewReader(in), "score", "--model-file", "model.json")
	if r.code != exitFailure || strings.Count(r.out, "\n") != 1 || !strings.Contains(r.err, `clv: line 2: unknown field "frequency"`) {
		t.Errorf("exit code %d, %q, %q", r.code, r.out, r.err)
	}
	r = clvFrom(strings.NewReader(in), "score", "--model-file", "model.json", "--bad-rows", "skip")
	if r.code != exitOK || strings.Count(r.out, "\n") != 2 {
		t.Errorf("exit code %d, %q", r.code, r.out)
	}
	for _, want := range []string{"set aside: line 2: ", "set aside: line 3: the text is empty", "set aside: line 4: horizon", "set aside: line 5: there is no day", "2 lines scored, 4 set aside"} {
		if !strings.Contains(r.err, want) {
			t.Errorf("the words lack %q:\n%s", want, r.err)
		}
	}
	if r := clvFrom(strings.NewReader(strings.Repeat("x", longestLine+1)), "score", "--model-file", "model.json", "--bad-rows", "skip"); r.code != exitFailure || !strings.Contains(r.err, "line 1: it is longer than") {
		t.Errorf("a line without end: exit code %d, %q", r.code, r.err)
	}
}

// TestScoreAnswersAtOnce: a program that waits for each answer before its next
// question gets it, and Ctrl-C ends the waiting.
func TestScoreAnswersAtOnce(t *testing.T) {
	workspace(t)
	in, questions := io.Pipe()
	answers, out := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	var words strings.Builder
	ended := make(chan int)
	go func() {
		ended <- run(ctx, strings.Fields("clv score --model-file model.json --at 2025-03-31"), in, out, &words)
	}()
	lines := bufio.NewReader(answers)
	for i := range 3 {
		fmt.Fprintf(questions, "{\"id\":\"%d\"}\n", i)
		if line, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, fmt.Sprintf(`{"id":"%d","p_alive":1`, i)) {
			t.Fatalf("%s, %v", line, err)
		}
	}
	cancel()
	if code := <-ended; code != exitFailure || !strings.Contains(words.String(), "interrupted") {
		t.Errorf("exit code %d, words %q", code, words.String())
	}
}
