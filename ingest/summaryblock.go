package ingest

import (
	"math"
	"strings"
)

// A summaryBlocks reads the blocks of a text file of histories: it knows where
// their columns are, which does not change in a file.
type summaryBlocks struct {
	customer, spend int
	places          []int
}

func (s *summary) apart() summaryBlocks { return summaryBlocks{s.customer, s.spend, s.places()} }

// batch reads the rows of a block as numbers. Each must be a line, so that it is
// known where it stands.
func (s summaryBlocks) batch(f *file, comma rune, text string) *batch {
	fields, plain := newFields(text, comma).(*plainFields)
	if !plain {
		return nil
	}
	lines := strings.Count(text, "\n")
	if !strings.HasSuffix(text, "\n") && text != "" {
		lines++
	}
	rows := &numberRows{numbers: make([][]float64, len(s.places))}
	for k := range rows.numbers {
		rows.numbers[k] = make([]float64, lines)
	}
	if s.customer >= 0 {
		rows.customers = make([]string, lines)
	}
	for i := range lines {
		record, err := fields.Read()
		if err != nil || len(record) != len(f.columns) || !s.read(rows, i, record) {
			return nil
		}
	}
	return &batch{histories: rows}
}

// read reads row i. It returns false if it is odd.
func (s summaryBlocks) read(rows *numberRows, i int, record []string) bool {
	for k, place := range s.places {
		v, ok := plainNumber(strings.TrimSpace(record[place]))
		if !ok {
			if place != s.spend || customerID(record[place]) != "" {
				return false
			}
			v = math.NaN() // odd as well, if there are repeat purchases
		}
		rows.numbers[k][i] = v
	}
	if s.customer >= 0 {
		rows.customers[i] = record[s.customer]
	}
	return true
}
