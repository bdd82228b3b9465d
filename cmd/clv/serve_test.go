package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// A listening buffer calls up with the address once the words name it.
type listening struct {
	mu   sync.Mutex
	text bytes.Buffer
	up   func(url string)
}

var servingOn = regexp.MustCompile(`serving on (http://\S+)\n`)

func (l *listening) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.text.Write(p)
	if m := servingOn.FindSubmatch(l.text.Bytes()); m != nil && l.up != nil {
		go l.up(string(m[1]))
		l.up = nil
	}
	return n, err
}

// served runs clv serve on a free port, calls use with its address, and ends it
// as Ctrl-C does.
func served(t *testing.T, args []string, use func(url string)) ran {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	words := &listening{up: func(url string) {
		defer cancel()
		if use != nil {
			use(url)
		}
	}}
	var out bytes.Buffer
	code := run(ctx, append(append([]string{"clv", "serve"}, args...), "--addr", "127.0.0.1:0"), strings.NewReader(""), &out, words)
	if code != exitOK || !strings.HasSuffix(words.text.String(), "ended\n") {
		t.Fatalf("clv serve %s: exit code %d\n%s", strings.Join(args, " "), code, words.text.String())
	}
	return ran{code, out.String(), words.text.String()}
}

// TestServeCommand: the service answers as clv score does, with the terms of
// its flags and the token of its environment.
func TestServeCommand(t *testing.T) {
	workspace(t)
	t.Setenv(tokenVariable, "secret")
	line := `{"id":"ada","first":"2024-01-03","last":"2025-03-02","count":5,"money":140,"at":"2025-03-31"}`
	want := clvFrom(strings.NewReader(line+"\n"), "score", "--model-file", "model.json", "--horizon", "90d", "--margin", "0.4").out
	r := served(t, strings.Fields("--model-file model.json --horizon 90d --margin 0.4"), func(url string) {
		for token, code := range map[string]int{"": 401, "Bearer secret": 200} {
			req, _ := http.NewRequest("POST", url+"/v1/score", strings.NewReader(line))
			req.Header.Set("Authorization", token)
			r, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			got, _ := io.ReadAll(r.Body)
			r.Body.Close()
			if r.StatusCode != code || code == 200 && string(got)+"\n" != want {
				t.Errorf("token %q: %d %s, want %s", token, r.StatusCode, got, want)
			}
		}
	})
	if strings.Contains(r.err, "warning") || !strings.Contains(r.err, "bg-nbd, fitted to 300 customers, 4 checks met") {
		t.Errorf("the words are %q", r.err)
	}
}

func TestServeRefuses(t *testing.T) {
	workspace(t)
	writeFile(t, "bad.json", strings.Replace(readFile(t, "model.json"), `"alpha": 7.96`, `"alpha": 8.96`, 1))
	for _, tt := range []struct {
		args string
		code int
		want string
	}{
		{"serve --model-file bad.json", exitFailure, "bad.json: model file: check 1: p_order of a customer with frequency 0"},
		{"serve --model-file none.json", exitFailure, "no such file"},
		{"serve", exitUsage, "--model-file is needed"},
		{"serve --model-file model.json --max-batch 0", exitUsage, "must be positive"},
		{"serve --model-file model.json --horizon 1m --horizon 2m", exitUsage, "one --horizon"},
		{"serve --model-file model.json --addr nonsense", exitFailure, "nonsense"},
		{"score --model-file bad.json", exitFailure, "bad.json: model file: check 1"},
		{"score --model-file model.json --margin 0", exitUsage, "not 0"},
		{"score --model-file model.json --bad-rows keep", exitUsage, `--bad-rows "keep"`},
		{"score --model-file model.json --in states.jsonl --out states.jsonl", exitUsage, "is an input"},
		{"score --model-file model.json --in none.jsonl", exitFailure, "none.jsonl"},
	} {
		if r := clv(strings.Fields(tt.args)...); r.code != tt.code || !strings.Contains(r.err, tt.want) {
			t.Errorf("clv %s: exit code %d, %q; want %d with %q", tt.args, r.code, r.err, tt.code, tt.want)
		}
	}
}
