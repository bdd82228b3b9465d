package serve

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what a Server tells Prometheus.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	scores   prometheus.Counter
	loads    *prometheus.CounterVec
	ok       prometheus.Gauge
	since    prometheus.Gauge
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "clv_requests_total", Help: "Requests answered, by path and status code."}, []string{"path", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "clv_request_seconds", Help: "Time to answer a request, by path.",
			Buckets: []float64{1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 1}}, []string{"path"}),
		scores: prometheus.NewCounter(prometheus.CounterOpts{Name: "clv_scores_total", Help: "Customers scored."}),
		loads:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "clv_model_loads_total", Help: "Model files read, by result."}, []string{"result"}),
		ok:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "clv_model_load_ok", Help: "1 if the newest model file is in use, 0 if it could not be loaded."}),
		since:  prometheus.NewGauge(prometheus.GaugeOpts{Name: "clv_model_loaded_timestamp_seconds", Help: "When the model in use was loaded."}),
	}
	m.registry.MustRegister(m.requests, m.seconds, m.scores, m.loads, m.ok, m.since,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// loaded counts a model file that was read.
func (m *metrics) loaded(s *modelState) {
	m.since.Set(float64(s.since.UnixMilli()) / 1000)
	if s.failed != nil {
		m.ok.Set(0)
		m.loads.WithLabelValues("failed").Inc()
		return
	}
	m.ok.Set(1)
	m.loads.WithLabelValues("ok").Inc()
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// counted counts the requests of a path and their time.
func (m *metrics) counted(path string, h http.Handler) http.Handler {
	seconds := m.seconds.WithLabelValues(path)
	fine := m.requests.WithLabelValues(path, "200")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		rec := recorder{ResponseWriter: w, code: http.StatusOK}
		h.ServeHTTP(&rec, r)
		seconds.Observe(time.Since(begin).Seconds())
		if rec.code == http.StatusOK {
			fine.Inc()
			return
		}
		m.requests.WithLabelValues(path, strconv.Itoa(rec.code)).Inc()
	})
}

// A recorder remembers the status code.
type recorder struct {
	http.ResponseWriter
	code int
}

func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController see the writer below.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
