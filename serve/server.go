package serve

import (
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// Options steer a Server. The zero value and nil work.
type Options struct {
	Token    string   // bearer token that requests must carry, but for health and description; empty: none
	MaxBody  int64    // bytes of a request; 0: 4 MiB
	MaxBatch int      // customers of a request; 0: 10,000
	Defaults Defaults // without a horizon: 12 months at 10 % a year
}

// A Server answers questions about customers with the model of a file. It is
// an http.Handler.
type Server struct {
	options   Options
	path      string
	token     [sha256.Size]byte
	model     atomic.Pointer[modelState]
	reloading sync.Mutex
	closing   atomic.Bool
	metrics   *metrics
	mux       *http.ServeMux
}

//go:embed openapi.json
var description []byte

// New returns a Server with the model of a file. It returns an error if the
// file cannot be loaded or the default terms are impossible.
func New(path string, o *Options) (*Server, error) {
	s := &Server{path: path, metrics: newMetrics(), mux: http.NewServeMux()}
	if o != nil {
		s.options = *o
	}
	if s.options.MaxBody == 0 {
		s.options.MaxBody = 4 << 20
	}
	if s.options.MaxBatch == 0 {
		s.options.MaxBatch = 10_000
	}
	if t := &s.options.Defaults.Terms; t.Horizon == (history.Horizon{}) {
		t.Horizon, t.Rate = history.Horizon{Value: 12, Unit: history.Month}, 0.1
	}
	if err := s.options.Defaults.Terms.Check(); err != nil {
		return nil, err
	}
	s.token = sha256.Sum256([]byte(s.options.Token))
	s.model.Store(&modelState{})
	if err := s.Reload(); err != nil {
		return nil, err
	}
	s.routes()
	return s, nil
}

func (s *Server) routes() {
	for _, route := range []struct {
		path, method string
		open         bool // without the token
		handle       http.HandlerFunc
	}{
		{"/v1/score", http.MethodPost, false, s.score},
		{"/v1/scores", http.MethodPost, false, s.scores},
		{"/v1/model", http.MethodGet, false, s.describe},
		{"/metrics", http.MethodGet, false, s.metrics.handler().ServeHTTP},
		{"/openapi.json", http.MethodGet, true, func(w http.ResponseWriter, _ *http.Request) { send(w, http.StatusOK, description) }},
		{"/healthz", http.MethodGet, true, func(w http.ResponseWriter, _ *http.Request) { send(w, http.StatusOK, []byte(`{"status":"ok"}`)) }},
		{"/readyz", http.MethodGet, true, s.ready},
	} {
		h := allow(route.method, route.handle)
		if !route.open {
			h = s.authorized(h)
		}
		s.mux.Handle(route.path, s.metrics.counted(route.path, h))
	}
	s.mux.Handle("/", s.metrics.counted("other", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, "there is no "+r.URL.Path+": see /openapi.json")
	})))
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Scorer returns the model in use.
func (s *Server) Scorer() *models.Scorer { return s.model.Load().scorer }

// Close makes /readyz answer 503, so that no more requests are sent here. All
// else goes on.
func (s *Server) Close() { s.closing.Store(true) }

// allow answers 405 to other methods.
func allow(method string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != method && !(method == http.MethodGet && r.Method == http.MethodHead) {
			w.Header().Set("Allow", method)
			refuse(w, http.StatusMethodNotAllowed, "the method is "+r.Method+": use "+method)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// authorized answers 401 without the token. The comparison takes the same time
// for any.
func (s *Server) authorized(h http.Handler) http.Handler {
	if s.options.Token == "" {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		sum := sha256.Sum256([]byte(token))
		if subtle.ConstantTimeCompare(sum[:], s.token[:]) != 1 || !ok {
			w.Header().Set("WWW-Authenticate", "Bearer")
			refuse(w, http.StatusUnauthorized, "send the token: Authorization: Bearer …")
			return
		}
		h.ServeHTTP(w, r)
	})
}
