package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

var jsonType = []string{"application/json"}

// send sends a JSON document.
func send(w http.ResponseWriter, code int, text []byte) {
	w.Header()["Content-Type"] = jsonType
	if code != http.StatusOK {
		w.WriteHeader(code)
	}
	w.Write(text) // a client that has gone needs no answer
}

// refuse sends the reason why there is no answer.
func refuse(w http.ResponseWriter, code int, reason string) {
	text, _ := json.Marshal(map[string]string{"error": reason})
	send(w, code, text)
}

// A buffer is memory for a request and its answer.
type buffer struct{ in, out []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// keep returns the memory for the next request, unless it is much.
func (b *buffer) keep() {
	if cap(b.in)+cap(b.out) <= 1<<20 {
		buffers.Put(b)
	}
}

// read reads the body, up to the limit, and decodes it into v. It returns false
// after it has told the client what is wrong.
func (s *Server) read(b *buffer, w http.ResponseWriter, r *http.Request, v any) bool {
	body := http.MaxBytesReader(w, r.Body, s.options.MaxBody)
	b.in = b.in[:0]
	for {
		if len(b.in) == cap(b.in) {
			b.in = append(b.in, 0)[:len(b.in)]
		}
		n, err := body.Read(b.in[len(b.in):cap(b.in)])
		b.in = b.in[:len(b.in)+n]
		if errors.Is(err, io.EOF) {
			break
		}
		if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
			refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the request is larger than %d bytes", large.Limit))
			return false
		}
		if err != nil {
			refuse(w, http.StatusBadRequest, "the request breaks off")
			return false
		}
	}
	if err := Decode(b.in, v); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return false
	}
	return true
}

// score answers a Question.
func (s *Server) score(w http.ResponseWriter, r *http.Request) {
	b := buffers.Get().(*buffer)
	defer b.keep()
	var q Question
	if !s.read(b, w, r, &q) {
		return
	}
	a, err := q.Answer(s.Scorer(), &s.options.Defaults)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	s.metrics.scores.Inc()
	b.out = a.AppendJSON(b.out[:0])
	send(w, http.StatusOK, b.out)
}

// scores answers Questions, with one model for all of them.
func (s *Server) scores(w http.ResponseWriter, r *http.Request) {
	b := buffers.Get().(*buffer)
	defer b.keep()
	var q Questions
	if !s.read(b, w, r, &q) {
		return
	}
	if n := len(q.Customers); n > s.options.MaxBatch {
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("%d customers, and at most %d are answered at once", n, s.options.MaxBatch))
		return
	}
	at, terms, err := q.terms(&s.options.Defaults)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	states, scores := make([]history.State, len(q.Customers)), make([]models.Score, len(q.Customers))
	for i := range q.Customers {
		if states[i], err = q.Customers[i].State(); err != nil {
			refuse(w, http.StatusBadRequest, fmt.Sprintf("customer %d: %v", i+1, err))
			return
		}
	}
	s.scoreSegments(scores, states, &q, at, terms)
	s.metrics.scores.Add(float64(len(scores)))
	b.out = fmt.Appendf(b.out[:0], `{"at":"%v","horizon":"%v","scores":[`, at, terms.Horizon)
	for i := range scores {
		if i > 0 {
			b.out = append(b.out, ',')
		}
		a := q.Customers[i].answer(states[i], scores[i])
		b.out = a.AppendJSON(b.out)
	}
	b.out = append(b.out, "]}"...)
	send(w, http.StatusOK, b.out)
}

// scoreSegments scores the customers, those of a segment together.
func (s *Server) scoreSegments(dst []models.Score, states []history.State, q *Questions, at history.Date, terms models.Terms) {
	scorer, d := s.Scorer(), &s.options.Defaults
	if len(d.MarginBy)+len(d.CACBy) == 0 {
		scorer.ScoreAll(dst, states, at, terms)
		return
	}
	rows := map[string][]int{}
	for i := range q.Customers {
		rows[q.Customers[i].Segment] = append(rows[q.Customers[i].Segment], i)
	}
	for segment, rows := range rows {
		some, scores := make([]history.State, len(rows)), make([]models.Score, len(rows))
		for k, i := range rows {
			some[k] = states[i]
		}
		scorer.ScoreAll(scores, some, at, d.in(segment, &q.Ask, terms))
		for k, i := range rows {
			dst[i] = scores[k]
		}
	}
}

// describe tells what model answers.
func (s *Server) describe(w http.ResponseWriter, _ *http.Request) {
	f := s.Scorer().File()
	doc := struct {
		Model          string            `json:"model"`
		Params         models.Params     `json:"params"`
		Spend          *models.Params    `json:"spend_params"`
		Unit           history.Unit      `json:"unit"`
		CalibrationEnd string            `json:"calibration_end"`
		Customers      int               `json:"customers"`
		Range          *models.FileRange `json:"range"`
		Verdict        string            `json:"verdict"`
	}{f.Purchase.Model, f.Purchase.Params, nil, f.Unit, f.CalibrationEnd, f.Customers, f.Range, f.Purchase.Verdict}
	if f.Spend != nil {
		doc.Spend = &f.Spend.Params
	}
	text, err := json.Marshal(doc)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	send(w, http.StatusOK, text)
}

// ready tells whether requests should be sent here, and of what age the model
// is. A new model file that cannot be loaded does not stop the old model.
func (s *Server) ready(w http.ResponseWriter, _ *http.Request) {
	m := s.model.Load()
	doc := struct {
		Status string    `json:"status"`
		Model  string    `json:"model"`
		Since  time.Time `json:"model_loaded"`
		Failed string    `json:"reload_error,omitempty"`
	}{"ready", m.scorer.File().Purchase.Model, m.since, ""}
	if m.failed != nil {
		doc.Failed = m.failed.Error()
	}
	code := http.StatusOK
	if s.closing.Load() {
		doc.Status, code = "closing", http.StatusServiceUnavailable
	}
	text, _ := json.Marshal(doc)
	send(w, code, text)
}
