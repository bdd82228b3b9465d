package history

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
)

// A StateRecord is a State as JSON has it, to be embedded in records with more
// fields:
//
//	{"first":"2024-01-03","last":"2024-11-02","count":5,"first_money":12,"money":178.5}
//
// and open_day, open_total and open_gross if a day is open. Money that is not
// known is left out. The numbers read back to the same bits.
type StateRecord struct {
	First      Date     `json:"first,omitempty"`
	Last       Date     `json:"last,omitempty"`
	Count      int32    `json:"count"`
	FirstMoney *float64 `json:"first_money,omitempty"`
	Money      *float64 `json:"money,omitempty"`
	Day        Date     `json:"open_day,omitempty"`
	Total      float64  `json:"open_total,omitempty"`
	Gross      float64  `json:"open_gross,omitempty"`
	Doubts     Doubts   `json:"doubts,omitempty"`
	Refunded   bool     `json:"refunded,omitempty"`
}

// Record returns the state as JSON has it.
func (s State) Record() StateRecord {
	return StateRecord{s.First, s.Last, s.Count, known(s.FirstMoney), known(s.Money), s.Day, s.Total, s.Gross, s.Doubts, s.Refunded}
}

// State returns the state, and an error if it is impossible.
func (r *StateRecord) State() (State, error) {
	s := State{r.First, r.Last, r.Count, r.Day, orNaN(r.FirstMoney), orNaN(r.Money), r.Total, r.Gross, r.Doubts & allDoubts, r.Refunded}
	if s.Count == 0 && r.FirstMoney == nil && r.Money == nil {
		s.FirstMoney, s.Money = 0, 0 // nothing has been bought for it
	}
	return s, s.Check()
}

// MarshalJSON writes the [StateRecord].
func (s State) MarshalJSON() ([]byte, error) { return json.Marshal(s.Record()) }

// UnmarshalJSON reads a [StateRecord] without other fields. It refuses an
// impossible state.
func (s *State) UnmarshalJSON(b []byte) error {
	var r StateRecord
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return err
	}
	out, err := r.State()
	if err == nil {
		*s = out
	}
	return err
}

func known(v float64) *float64 {
	if math.IsNaN(v) {
		return nil
	}
	return &v
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// The first byte of a State in binary form: the version of the form, whether a
// day is open, and Refunded.
const (
	stateVersion  = 1
	stateOpen     = 0x80
	stateRefunded = 0x40
	stateFlags    = stateOpen | stateRefunded
)

// AppendBinary appends the state in a compact form, 21 to 50 bytes: version,
// doubts, the days and the count as variable-length integers, the money as
// IEEE 754. It never fails.
func (s State) AppendBinary(b []byte) ([]byte, error) {
	head := byte(stateVersion)
	if s.Day != 0 {
		head |= stateOpen
	}
	if s.Refunded {
		head |= stateRefunded
	}
	b = append(b, head, byte(s.Doubts))
	for _, v := range []int32{int32(s.First), int32(s.Last - s.First), s.Count} {
		b = binary.AppendUvarint(b, uint64(uint32(v)))
	}
	b = appendFloats(b, s.FirstMoney, s.Money)
	if s.Day != 0 {
		b = binary.AppendUvarint(b, uint64(uint32(s.Day)))
		b = appendFloats(b, s.Total, s.Gross)
	}
	return b, nil
}

func appendFloats(b []byte, x, y float64) []byte {
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(y))
}

// MarshalBinary returns what AppendBinary appends.
func (s State) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary appends, and nothing after it. It
// refuses an impossible state.
func (s *State) UnmarshalBinary(b []byte) error {
	r := stateReader{b: b}
	head, doubts := r.byte(), r.byte()
	if !r.short && head&^stateFlags != stateVersion {
		return fmt.Errorf("a state in binary form of version %d, and this program reads version %d", head&^stateFlags, stateVersion)
	}
	out := State{Doubts: Doubts(doubts) & allDoubts, Refunded: head&stateRefunded != 0}
	out.First = Date(r.integer())
	out.Last = out.First + Date(r.integer())
	out.Count = r.integer()
	out.FirstMoney, out.Money = r.float(), r.float()
	if head&stateOpen != 0 {
		out.Day = Date(r.integer())
		out.Total, out.Gross = r.float(), r.float()
	}
	if r.short || len(r.b) > 0 {
		return errors.New("not a state in binary form: it has another length")
	}
	if err := out.Check(); err != nil {
		return err
	}
	*s = out
	return nil
}

// A stateReader takes numbers from the front of b until that is too short.
type stateReader struct {
	b     []byte
	short bool
}

func (r *stateReader) take(n int) []byte {
	if len(r.b) < n {
		r.short, r.b = true, nil
		return make([]byte, n)
	}
	taken := r.b[:n]
	r.b = r.b[n:]
	return taken
}

func (r *stateReader) byte() byte { return r.take(1)[0] }

func (r *stateReader) float() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(r.take(8)))
}

// integer returns a number below 2³¹.
func (r *stateReader) integer() int32 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > math.MaxInt32 {
		r.short, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return int32(v)
}
