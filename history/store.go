package history

import (
	"cmp"
	"fmt"
	"os"
)

// A store keeps the rows of a log in order. Those on the first racks are in a
// file if there are too many for the memory.
type store struct {
	racks   []*rack
	runs    []run
	spilled int // number of racks whose rows are in the file

	file *os.File // nil: there is none
	path string   // where it has a name, empty: it has none
	size int64
}

// A run is a part of the file: the rows of some racks, shelf after shelf.
type run struct {
	racks int
	begin [shelves + 1]int64 // of each shelf
}

// spill writes the rows in memory to the file.
func (s *store) spill(dir string) error {
	if err := s.create(dir); err != nil {
		return err
	}
	racks := s.racks[s.spilled:]
	to := run{racks: len(racks)}
	for k := range shelves {
		to.begin[k] = s.size
		for _, r := range racks {
			s.size += 8 * int64(r.size(k))
		}
	}
	to.begin[shelves] = s.size
	if err := s.write(&to, racks); err != nil {
		return fmt.Errorf("write rows for which there is no room in memory: %w", err)
	}
	for _, r := range racks {
		r.rows = nil
	}
	s.runs, s.spilled = append(s.runs, to), len(s.racks)
	return nil
}

// write writes a run to its place in the file, on all cores.
func (s *store) write(to *run, racks []*rack) error {
	errs := make([]error, shelves)
	parallel(shelves, func(next func() (int, bool)) {
		var buffer []byte
		for k, ok := next(); ok; k, ok = next() {
			buffer = buffer[:0]
			for _, r := range racks {
				buffer = append(buffer, bytesOf(r.shelf(k))...)
			}
			_, errs[k] = s.file.WriteAt(buffer, to.begin[k])
		}
	})
	return cmp.Or(errs...)
}

// create creates the file. It loses its name at once where the system can do
// that: then it is gone when the program ends, however it ends.
func (s *store) create(dir string) (err error) {
	if s.file != nil {
		return nil
	}
	if s.file, err = os.CreateTemp(dir, "clv-rows-"); err != nil {
		return fmt.Errorf("make room for rows that do not fit into memory: %w", err)
	}
	if os.Remove(s.file.Name()) != nil {
		s.path = s.file.Name()
	}
	return nil
}

// read hands over the rows on a shelf, rack after rack, and returns the
// buffer for the next call.
func (s *store) read(k int, buffer []uint64, yield func(rack int, rows []uint64)) ([]uint64, error) {
	n := 0
	for i := range s.runs {
		r := &s.runs[i]
		rows := int(r.begin[k+1]-r.begin[k]) / 8
		if cap(buffer) < rows {
			buffer = make([]uint64, rows+rows/4)
		}
		if _, err := s.file.ReadAt(bytesOf(buffer[:rows]), r.begin[k]); err != nil {
			return buffer, fmt.Errorf("read the rows that did not fit into memory: %w", err)
		}
		at := 0
		for range r.racks {
			size := s.racks[n].size(k)
			yield(n, buffer[at:at+size])
			at += size
			n++
		}
	}
	for ; n < len(s.racks); n++ {
		yield(n, s.racks[n].shelf(k))
	}
	return buffer, nil
}

// shelves returns the number of shelves.
func (s *store) shelves() int {
	if s.racks[0].end == nil {
		return 1
	}
	return shelves
}

// close frees the memory and removes the file.
func (s *store) close() error {
	file, path := s.file, s.path
	*s = store{}
	if file == nil {
		return nil
	}
	err := file.Close()
	if path != "" {
		err = cmp.Or(err, os.Remove(path))
	}
	return err
}
