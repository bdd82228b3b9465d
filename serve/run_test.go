package serve

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// running starts a server on a free port and returns its address and a
// function that ends it.
func running(t *testing.T, s *Server) (url string, stop func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, l, s, time.Minute) }()
	return "http://" + l.Addr().String(), func() error { cancel(); return <-ended }
}

// TestReloadUnderLoad replaces the model file again and again, now and then by
// a broken one, while requests come in: every one of them is answered by one of
// the two models.
func TestReloadUnderLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "model.json")
	replace := func(text []byte) {
		if err := os.WriteFile(path+".new", text, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			t.Fatal(err)
		}
	}
	var texts [2][]byte
	var answers [2]string
	body := `{` + ada + `,"at":"2025-03-31"}`
	for i, name := range []string{modelFile, "testdata/pareto.json"} {
		var err error
		if texts[i], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
		_, answers[i] = do(newServer(t, name, nil), "POST", "/v1/score", body)
	}
	replace(texts[0])
	s := newServer(t, path, nil)
	url, stop := running(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	go s.Watch(ctx, time.Millisecond)
	var seen [2]atomic.Int64
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for ctx.Err() == nil {
				got, err := post(url+"/v1/score", body)
				switch {
				case err == nil && got == answers[0]:
					seen[0].Add(1)
				case err == nil && got == answers[1]:
					seen[1].Add(1)
				default:
					t.Errorf("%s, %v; want %s or %s", got, err, answers[0], answers[1])
					return
				}
			}
		})
	}
	for i := range 20 {
		if i%5 == 4 {
			replace(texts[0][:100+i])
		}
		replace(texts[(i+1)%2])
		for before := seen[(i+1)%2].Load(); seen[(i+1)%2].Load() < before+5 && !t.Failed(); {
			time.Sleep(100 * time.Microsecond)
		}
	}
	cancel()
	clients.Wait()
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func post(url, body string) (string, error) {
	r, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if r.StatusCode != 200 {
		err = fmt.Errorf("status %d", r.StatusCode)
	}
	return string(text), err
}

// TestShutdownLetsRequestsEnd: a request whose second half is sent after the
// end was asked for is answered, a new connection is refused.
func TestShutdownLetsRequestsEnd(t *testing.T) {
	s := newServer(t, modelFile, nil)
	url, stop := running(t, s)
	address := strings.TrimPrefix(url, "http://")
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := `{` + ada + `}`
	fmt.Fprintf(conn, "POST /v1/score HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(body))
	if _, err := conn.Read(make([]byte, 64)); err != nil { // the handler asks for the body: the request has begun
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	for !s.closing.Load() {
		time.Sleep(time.Millisecond)
	}
	if code, ready := do(s, "GET", "/readyz", ""); code != 503 || !strings.Contains(ready, "closing") {
		t.Errorf("/readyz: %d %s", code, ready)
	}
	io.WriteString(conn, body)
	answer, err := io.ReadAll(conn)
	if err != nil || !strings.Contains(string(answer), "200 OK") || !strings.Contains(string(answer), `"p_alive"`) {
		t.Errorf("the request that had begun: %s, %v", answer, err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if late, err := net.Dial("tcp", address); err == nil {
		late.Close()
		t.Error("a new connection is taken after the end")
	}
}
