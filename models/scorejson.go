package models

import (
	"math/bits"
	"strconv"
)

// AppendJSON appends the score as a JSON object of the quantities that are
// known and the names of the flags, with all digits of the numbers:
//
//	{"p_alive":0.76,"p_order":0.72,"orders":2.7,"spend":34.8,"clv":89.3,"flags":["after_at"]}
func (s *Score) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	for i, v := range [...]float64{s.Alive, s.Order, s.Orders, s.Spend, s.CLV, s.Net} {
		if s.Known&(1<<i) != 0 {
			b = append(b, '"')
			b = append(b, quantityNames[i]...)
			b = append(b, '"', ':')
			b = append(strconv.AppendFloat(b, v, 'g', -1, 64), ',')
		}
	}
	b = append(b, `"flags":[`...)
	for set := s.Flags; set != 0; set &= set - 1 {
		b = append(b, '"')
		b = append(b, flagNames[bits.TrailingZeros(uint(set))]...)
		b = append(b, '"', ',')
	}
	if s.Flags != 0 {
		b = b[:len(b)-1]
	}
	return append(b, ']', '}')
}

// MarshalJSON returns what AppendJSON appends.
func (s Score) MarshalJSON() ([]byte, error) { return s.AppendJSON(nil), nil }
