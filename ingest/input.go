package ingest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"strings"
)

// An input opens the files, and counts and hashes what is read from them.
type input struct {
	o     *Options
	hash  hash.Hash
	bytes int64 // read so far
	total int64 // -1: not known
}

// newInput looks at all files before the first is read.
func newInput(o *Options) (*input, error) {
	in := &input{o: o, hash: sha256.New()}
	var seen []os.FileInfo
	stdin := false
	for _, name := range o.In {
		if name == "-" {
			switch {
			case o.Stdin == nil:
				return nil, errors.New("standard input is not available")
			case stdin:
				return nil, errors.New("standard input is named twice")
			}
			stdin = true
			continue
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, openError(name, err)
		}
		if info.IsDir() {
			return nil, fmt.Errorf("%s is a directory: name the files in it", name)
		}
		for _, other := range seen {
			if os.SameFile(info, other) {
				return nil, fmt.Errorf("%s is named twice: its rows would count double", name)
			}
		}
		seen = append(seen, info)
		in.total += info.Size()
		stdin = stdin || !info.Mode().IsRegular()
	}
	if stdin {
		in.total = -1
	}
	return in, nil
}

func openError(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no such file", name)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: the file may not be read (permission denied)", name)
	}
	return err
}

// inputName is the name of a file in messages.
func inputName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

func (in *input) names() []string {
	var names []string
	for _, n := range in.o.In {
		names = append(names, inputName(n))
	}
	return names
}

// sum returns the hash of all that was read, in hexadecimal.
func (in *input) sum() string { return hex.EncodeToString(in.hash.Sum(nil)) }

// open opens a file and reads its header.
func (in *input) open(name string, delimiter rune) (*file, error) {
	f := &file{name: inputName(name)}
	raw := in.o.Stdin
	if name != "-" {
		opened, err := os.Open(name)
		if err != nil {
			return nil, openError(name, err)
		}
		f.closer, raw = opened, opened
	}
	text, err := f.decode(&countingReader{raw, in})
	if err == nil {
		err = f.header(text, delimiter)
	}
	if err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

// A countingReader counts and hashes what is read through it.
type countingReader struct {
	r  io.Reader
	in *input
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.in.hash.Write(p[:n])
	c.in.bytes += int64(n)
	return n, err
}

// bufferSize is also the length of the longest header that is understood.
const bufferSize = 1 << 18

// decode unpacks a compressed file, and refuses what is not text.
func (f *file) decode(raw io.Reader) (*bufio.Reader, error) {
	r := bufio.NewReaderSize(raw, bufferSize)
	if begins(r, "\x1f\x8b") {
		unpacked, err := gzip.NewReader(r)
		if err != nil {
			return nil, f.readError(err)
		}
		r = bufio.NewReaderSize(unpacked, bufferSize)
	} else if strings.HasSuffix(strings.ToLower(f.name), ".gz") {
		if _, err := r.Peek(1); err == io.EOF {
			return nil, f.empty()
		}
		return nil, fmt.Errorf("%s: the name ends in .gz, but the file is not compressed with gzip", f.name)
	}
	switch {
	case begins(r, "\xef\xbb\xbf"):
		r.Discard(3)
	case begins(r, "\xff\xfe"), begins(r, "\xfe\xff"):
		return nil, fmt.Errorf("%s: the text is UTF-16: save it as UTF-8", f.name)
	case begins(r, "PK\x03\x04"):
		return nil, fmt.Errorf("%s: this is a zip archive or a spreadsheet: save the sheet as CSV", f.name)
	case begins(r, "PAR1"):
		return nil, fmt.Errorf("%s: this is a Parquet file: write it as CSV", f.name)
	}
	return r, nil
}

func begins(r *bufio.Reader, magic string) bool {
	head, _ := r.Peek(len(magic))
	return bytes.Equal(head, []byte(magic))
}

// readError explains an error that is not about the text.
func (f *file) readError(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: the gzip archive is cut off%s: fetch the file again", f.name, f.after())
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), isCorrupt(err):
		return fmt.Errorf("%s: the gzip archive is damaged%s: fetch the file again", f.name, f.after())
	}
	return fmt.Errorf("read %s: %w", f.name, err)
}
