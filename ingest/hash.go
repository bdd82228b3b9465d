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

// hashFile adds the bytes of a file to the hash, and counts its lines and the
// fields between delimiters if it has these.
func (in *input) hashFile(ctx context.Context, name string, delimiter []byte) *hashing {
	h := &hashing{done: make(chan error, 1), lines: lineCount{delimiter: delimiter}}
	file, err := os.Open(name)
	if err != nil {
		h.done <- openError(name, err)
		return h
	}
	if info, err := file.Stat(); err == nil {
		h.size = info.Size()
	}
	to := io.Writer(in.hash)
	if delimiter != nil {
		to = io.MultiWriter(in.hash, &h.lines)
	}
	go func() {
		defer file.Close()
		_, err := io.CopyBuffer(to, &stopping{ctx, file}, make([]byte, 1<<20))
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

// A lineCount counts the rows of a text file and the fields in them in the
// plainest way there is, so that nothing can be lost or overlooked in silence
// by whatever else reads it: a row is a line that is not empty and does not end
// inside quotes.
type lineCount struct {
	delimiter []byte // nil: fields are not counted

	lines  int
	fields int  // of the first line
	ragged bool // some line has another number of fields

	quotes, delimiters int  // so far, in the file and in the line at hand
	begun              bool // the line at hand has begun
}

func (c *lineCount) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		line, rest, ended := bytes.Cut(p, []byte("\n"))
		c.piece(line)
		if ended && c.quotes%2 == 0 {
			c.end()
		}
		p = rest
	}
	return n, nil
}

// piece takes a piece of a line.
func (c *lineCount) piece(line []byte) {
	c.begun = c.begun || len(line) > 1 || len(line) == 1 && line[0] != '\r'
	for {
		text, rest, quote := bytes.Cut(line, []byte(`"`))
		if c.quotes%2 == 0 && c.delimiter != nil {
			c.delimiters += bytes.Count(text, c.delimiter)
		}
		if !quote {
			return
		}
		c.quotes++
		line = rest
	}
}

// end ends the line at hand, if it has begun, and returns the number of lines.
func (c *lineCount) end() int {
	if c.begun {
		if c.lines++; c.lines == 1 {
			c.fields = c.delimiters + 1
		}
		c.ragged = c.ragged || c.delimiters+1 != c.fields
	}
	c.begun, c.delimiters = false, 0
	return c.lines
}
