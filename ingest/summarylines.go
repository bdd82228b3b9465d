package ingest

import "slices"

// A lineRun is where rows of a summary stand, one in each line from the first.
type lineRun struct{ row, file, line int }

// note remembers where the next row of the table stands.
func (s *summary) note(line int) {
	row, file := len(s.table.ID), len(s.files)-1
	if n := len(s.lines); n > 0 && s.lines[n-1].at(row) == (lineRun{row, file, line}) {
		return
	}
	s.lines = append(s.lines, lineRun{row, file, line})
}

// at returns where a row stands that belongs to the run.
func (r lineRun) at(row int) lineRun { return lineRun{row, r.file, r.line + row - r.row} }

// place names where a row of the table stands.
func (s *summary) place(row int) string {
	k, found := slices.BinarySearchFunc(s.lines, row, func(r lineRun, row int) int { return r.row - row })
	if !found {
		k--
	}
	there := s.lines[k].at(row)
	return s.files[there.file].placeOf(there.line)
}
