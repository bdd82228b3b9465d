package serve

import (
	"encoding/json"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// An Answer is the score of one customer, and the new state if orders were
// added.
type Answer struct {
	ID    string
	Score models.Score
	State *history.State
}

// Answer answers a question.
func (q *Question) Answer(s *models.Scorer, d *Defaults) (Answer, error) {
	at, terms, err := q.terms(d)
	if err != nil {
		return Answer{}, err
	}
	st, err := q.State()
	if err != nil {
		return Answer{}, err
	}
	return q.Subject.answer(st, s.Score(st, at, d.in(q.Segment, &q.Ask, terms))), nil
}

func (s *Subject) answer(st history.State, score models.Score) Answer {
	a := Answer{ID: s.ID, Score: score}
	if len(s.Orders) > 0 {
		a.State = &st
	}
	return a
}

// AppendJSON appends the answer as one JSON object:
//
//	{"id":"a","p_alive":0.76,"p_order":0.72,"orders":2.7,"spend":34.8,"clv":89.3,"flags":[],"state":{…}}
func (a *Answer) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	if a.ID != "" {
		b = append(appendString(append(b, `"id":`...), a.ID), ',')
	}
	at := len(b)
	b = a.Score.AppendJSON(b)
	copy(b[at:], b[at+1:]) // the brace of the score stands at the begin already
	b = b[:len(b)-1]
	if a.State != nil {
		b = append(b[:len(b)-1], `,"state":`...)
		text, _ := json.Marshal(a.State) // its numbers are finite
		b = append(append(b, text...), '}')
	}
	return b
}

// appendString appends s as a JSON string.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			text, _ := json.Marshal(s)
			return append(b, text...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
