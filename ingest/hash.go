package ingest

import (
	"bytes"
	"context"
	"io"
	"os"
)

// A hashing is a file being hashed while something else reads it.
type hashing struct {
	size  int64
	lines lineCount
	done  chan error
}

// hashFile adds the bytes of a file to the hash.
func (in *input) hashFile(ctx context.Context, name string) *hashing {
	h := &hashing{done: make(chan error, 1)}
	file, err := os.Open(name)
	if err != nil {
		h.done <- openError(name, err)
		return h
	}
	if info, err := file.Stat(); err == nil {
		h.size = info.Size()
	}
	go func() {
		defer file.Close()
		_, err := io.CopyBuffer(io.MultiWriter(in.hash, &h.lines), &stopping{ctx, file}, make([]byte, 1<<20))
		h.done <- err
	}()
	return h
}

// wait returns when the file is hashed.
func (h *hashing) wait() error { return <-h.done }

// A stopping reader stops when its context is cancelled.
type stopping struct {
	ctx context.Context
	r   io.Reader
}

func (s *stopping) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// A lineCount counts the rows of a text file in the plainest way there is, so
// that no row can be lost in silence by whatever else reads it: lines that are
// not empty and do not end inside quotes.
type lineCount struct {
	lines  int
	quotes int  // so far, in the file
	begun  bool // the line at hand has begun
}

func (c *lineCount) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		line, rest, ended := bytes.Cut(p, []byte("\n"))
		c.quotes += bytes.Count(line, []byte(`"`))
		c.begun = c.begun || len(line) > 1 || len(line) == 1 && line[0] != '\r'
		if ended && c.quotes%2 == 0 {
			c.lines = c.end()
			c.begun = false
		}
		p = rest
	}
	return n, nil
}

// end returns the number of lines, the one at hand included.
func (c *lineCount) end() int {
	if c.begun {
		return c.lines + 1
	}
	return c.lines
}
