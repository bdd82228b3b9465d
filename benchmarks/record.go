package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// A record keeps what a long run has printed, so that an interrupted one can go
// on where it stopped. It lives only until the run is whole.
type record struct {
	path string
	done map[string][]string
}

// An entry is one line of the file.
type entry struct {
	Part  string
	Lines []string
}

func openRecord(path string) (*record, error) {
	r := &record{path, map[string][]string{}}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for in := json.NewDecoder(bufio.NewReader(f)); in.More(); {
		var e entry
		if err := in.Decode(&e); err != nil {
			return nil, fmt.Errorf("%s: %w; delete it to begin anew", path, err)
		}
		r.done[e.Part] = e.Lines
	}
	if info, err := f.Stat(); err == nil && len(r.done) > 0 {
		fmt.Fprintf(os.Stderr, "going on with the run that stopped at %s; delete %s to begin anew\n", info.ModTime().Format("2006-01-02 15:04"), path)
	}
	return r, nil
}

// once does a part of the run, which prints the lines it returns, or prints
// those of the run before.
func (r *record) once(part string, do func() ([]string, error)) error {
	if lines, ok := r.done[part]; ok {
		for _, line := range lines {
			fmt.Println(line)
		}
		return nil
	}
	lines, err := do()
	if err != nil {
		return err
	}
	text, err := json.Marshal(entry{part, lines})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(r.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(append(text, '\n')); err != nil {
		return err
	}
	return f.Close()
}

func (r *record) remove() error {
	if err := os.Remove(r.path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
