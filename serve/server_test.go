package serve

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

const modelFile = "../testdata/model.json"

// at is the day of every score here.
var at, _ = history.ParseDate("2025-03-31")

func newServer(t testing.TB, path string, o *Options) *Server {
	t.Helper()
	s, err := New(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// do sends a request and returns code and body.
func do(s http.Handler, method, path, body string, headers ...string) (int, string) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

const ada = `"id":"ada","first":"2024-01-03","last":"2024-11-02","count":5,"first_money":12,"money":140`

// TestScoreEndpoints: the answers hold the numbers of the Scorer, whichever
// way the customer comes in.
func TestScoreEndpoints(t *testing.T) {
	s := newServer(t, modelFile, nil)
	st := history.State{First: 738888, Last: 739192, Count: 5, FirstMoney: 12, Money: 140}
	terms := models.Terms{Horizon: history.Horizon{Value: 90, Unit: history.Day}, Rate: 0.05, Margin: 0.3}
	const ask = `"at":"2025-03-31","horizon":"90d","discount":"5%/y","margin":0.3`
	score := func(st history.State) string {
		sc := s.Scorer().Score(st, at, terms)
		return strings.TrimPrefix(string(sc.AppendJSON(nil)), "{")
	}
	later := st
	if err := later.Apply(739300, 20); err != nil {
		t.Fatal(err)
	}
	laterText, _ := json.Marshal(later)
	plain := `{"id":"ada",` + score(st)
	added := `{"id":"ada",` + strings.TrimSuffix(score(later), "}") + `,"state":` + string(laterText) + `}`
	newcomer := `{` + score(history.State{})
	for _, tt := range []struct{ path, body, want string }{
		{"/v1/score", `{` + ada + `,` + ask + `}`, plain},
		{"/v1/score", `{` + ada + `,"orders":[{"date":"2025-02-18","amount":20}],` + ask + `}`, added},
		{"/v1/score", `{` + ask + `}`, newcomer},
		{"/v1/scores", `{` + ask + `,"customers":[{` + ada + `},{"id":"ada","first":"2024-01-03","last":"2024-11-02","count":5,"first_money":12,"money":140,"orders":[{"date":"2025-02-18","amount":20}]},{}]}`,
			`{"at":"2025-03-31","horizon":"90d","scores":[` + plain + `,` + added + `,` + newcomer + `]}`},
		{"/v1/scores", `{` + ask + `,"customers":[]}`, `{"at":"2025-03-31","horizon":"90d","scores":[]}`},
	} {
		code, body := do(s, "POST", tt.path, tt.body)
		if code != 200 || body != tt.want || !json.Valid([]byte(body)) {
			t.Errorf("%s %s: %d\n%s\nwant\n%s", tt.path, tt.body, code, body, tt.want)
		}
	}
	if !strings.Contains(newcomer, `"newcomer"`) || st.First.String() != "2024-01-03" {
		t.Errorf("%s, %v", newcomer, st.First)
	}
}

// TestRefusals: bad input gets a 4xx and a reason, never a score.
func TestRefusals(t *testing.T) {
	s := newServer(t, modelFile, &Options{MaxBody: 2000, MaxBatch: 3})
	for _, tt := range []struct {
		method, path, body string
		code               int
		reason             string
	}{
		{"GET", "/v1/score", "", 405, "use POST"},
		{"DELETE", "/v1/scores", "", 405, "use POST"},
		{"POST", "/healthz", "", 405, "use GET"},
		{"GET", "/v2/score", "", 404, "there is no /v2/score"},
		{"GET", "/", "", 404, "see /openapi.json"},
		{"POST", "/v1/score", "", 400, "the text is empty"},
		{"POST", "/v1/score", "{", 400, "breaks off"},
		{"POST", "/v1/score", "[]", 400, "the document cannot be a JSON array: it is an object"},
		{"POST", "/v1/score", "{}{}", 400, "after the JSON document"},
		{"POST", "/v1/score", "hello", 400, "not valid JSON at byte 1"},
		{"POST", "/v1/score", `{"money":NaN}`, 400, "not valid JSON at byte"},
		{"POST", "/v1/score", `{"money":1e999}`, 400, `"money"`},
		{"POST", "/v1/score", `{"money":"much"}`, 400, `"money" cannot be a JSON string: it is a number`},
		{"POST", "/v1/score", `{"count":1.5}`, 400, `"count"`},
		{"POST", "/v1/score", `{"frequency":2}`, 400, `unknown field "frequency"`},
		{"POST", "/v1/score", `{"first":"3.1.2024"}`, 400, "is not a date"},
		{"POST", "/v1/score", `{"first":"2024-01-03","last":"2024-01-04","count":9}`, 400, "count distinct days"},
		{"POST", "/v1/score", `{"orders":[{"amount":3}]}`, 400, "order 1: the day"},
		{"POST", "/v1/score", `{"orders":[{"date":"2024-01-03","amount":1e200}]}`, 400, "order 1: amount 1e+200"},
		{"POST", "/v1/score", `{"horizon":"52"}`, 400, "has no unit"},
		{"POST", "/v1/score", `{"horizon":"9999y"}`, 400, "at most a thousand years"},
		{"POST", "/v1/score", `{"discount":"10%"}`, 400, "no period"},
		{"POST", "/v1/score", `{"margin":0}`, 400, "margin is 0"},
		{"POST", "/v1/score", `{"id":"` + strings.Repeat("x", 3000) + `"}`, 413, "larger than 2000 bytes"},
		{"POST", "/v1/score", strings.Repeat("[", 1900), 400, "JSON"},
		{"POST", "/v1/scores", `{"customers":[{},{},{},{}]}`, 413, "at most 3"},
		{"POST", "/v1/scores", `{"customers":[{},{"count":1}]}`, 400, "customer 2: first is"},
		{"POST", "/v1/scores", `{"horizon":"52","customers":[{}]}`, 400, "has no unit"},
	} {
		code, body := do(s, tt.method, tt.path, tt.body)
		var doc struct{ Error string }
		if err := json.Unmarshal([]byte(body), &doc); err != nil || code != tt.code || !strings.Contains(doc.Error, tt.reason) {
			t.Errorf("%s %s %.60s: %d %s; want %d with %q", tt.method, tt.path, tt.body, code, body, tt.code, tt.reason)
		}
	}
}

func TestToken(t *testing.T) {
	s := newServer(t, modelFile, &Options{Token: "secret"})
	for _, path := range []string{"/v1/model", "/metrics"} {
		for token, want := range map[string]int{"": 401, "Bearer ": 401, "Bearer wrong": 401, "secret": 401, "Bearer secretx": 401, "Basic secret": 401, "Bearer secret": 200} {
			if code, body := do(s, "GET", path, "", "Authorization", token); code != want {
				t.Errorf("%s with %q: %d %s, want %d", path, token, code, body, want)
			}
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/openapi.json"} {
		if code, _ := do(s, "GET", path, ""); code != 200 {
			t.Errorf("%s without token: %d", path, code)
		}
	}
}

// TestBrokenModelKeepsTheOld: a file that cannot be loaded, or is gone, leaves
// the model in use, and metrics and readiness say so until a good one comes.
func TestBrokenModelKeepsTheOld(t *testing.T) {
	good, err := os.ReadFile(modelFile)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "model.json")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(string(good))
	s := newServer(t, path, nil)
	_, want := do(s, "POST", "/v1/score", `{`+ada+`,"at":"2025-03-31"}`)
	for i, tt := range []struct {
		change func()
		reason string
	}{
		{func() {}, ""},
		{func() { write("{") }, "not a model file"},
		{func() { os.Remove(path) }, "no such file"},
		{func() { write(strings.Replace(string(good), `"alpha": 7.96`, `"alpha": 8.96`, 1)) }, "its parameters were changed"},
		{func() { write(string(good)) }, ""},
	} {
		tt.change()
		err := s.Reload()
		if again := s.Reload(); fmt.Sprint(again) != fmt.Sprint(err) {
			t.Errorf("step %d: the second look says %v, the first %v", i, again, err)
		}
		_, ready := do(s, "GET", "/readyz", "")
		_, metrics := do(s, "GET", "/metrics", "")
		ok := fmt.Sprintf("clv_model_load_ok %d", map[bool]int{true: 1, false: 0}[tt.reason == ""])
		if (err != nil) != (tt.reason != "") || !strings.Contains(ready, tt.reason) || strings.Contains(ready, "reload_error") != (tt.reason != "") || !strings.Contains(metrics, ok) {
			t.Errorf("step %d: %v, ready %s, metrics lack %q", i, err, ready, ok)
		}
		if code, got := do(s, "POST", "/v1/score", `{`+ada+`,"at":"2025-03-31"}`); code != 200 || got != want {
			t.Errorf("step %d: %d %s, want %s", i, code, got, want)
		}
	}
	if _, text := do(s, "GET", "/metrics", ""); !strings.Contains(text, `clv_model_loads_total{result="failed"} 3`) || !strings.Contains(text, `clv_model_loads_total{result="ok"} 2`) ||
		!strings.Contains(text, `clv_requests_total{code="200",path="/v1/score"} 6`) || !strings.Contains(text, "clv_scores_total 6") {
		t.Errorf("metrics:\n%s", text)
	}
	if _, err := New(filepath.Join(t.TempDir(), "none.json"), nil); err == nil {
		t.Error("a server without a model starts")
	}
}

func TestModelEndpoint(t *testing.T) {
	code, body := do(newServer(t, modelFile, nil), "GET", "/v1/model", "")
	if code != 200 || !strings.Contains(body, `"model":"bg-nbd","params":{"r":0.83`) || !strings.Contains(body, `"unit":"week"`) {
		t.Errorf("%d %s", code, body)
	}
}

// FuzzScore: whatever is sent, the answer is JSON, with a score or with a
// reason.
func FuzzScore(f *testing.F) {
	s := newServer(f, modelFile, nil)
	f.Add(`{` + ada + `,"orders":[{"date":"2025-02-18","amount":-20}],"horizon":"3m"}`)
	f.Add(`{"id":"\u00e4\"","count":0,"open_day":"2024-01-01","open_total":-3,"open_gross":3}`)
	f.Fuzz(func(t *testing.T, body string) {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("POST", "/v1/score", strings.NewReader(body)))
		text, _ := io.ReadAll(w.Body)
		if !json.Valid(text) || w.Code != 200 && (w.Code < 400 || w.Code > 499 || !strings.HasPrefix(string(text), `{"error":`)) {
			t.Errorf("%q: %d %s", body, w.Code, text)
		}
	})
}
