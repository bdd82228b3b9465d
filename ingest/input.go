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
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// An input opens the files, and counts and hashes what is read from them.
type input struct {
	o     *Options
	hash  hash.Hash
	files []inputFile
	bytes int64 // read so far
	total int64 // -1: not known
	stdin bool  // standard input is among the files
}

// An inputFile is a file, and how to read it.
type inputFile struct {
	name    string
	options *Options
}

// sources returns the files of all sources, patterns expanded.
func (o *Options) sources() ([]inputFile, error) {
	var files []inputFile
	add := func(options *Options) error {
		names, err := expand(options.In)
		for _, n := range names {
			files = append(files, inputFile{n, options})
		}
		return err
	}
	if len(o.In) > 0 {
		if err := add(o); err != nil {
			return nil, err
		}
	}
	for i := range o.Sources {
		options, err := o.Sources[i].options(o)
		if err != nil {
			return nil, err
		}
		if err := add(options); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// newInput looks at all files before the first is read.
func newInput(o *Options) (*input, error) {
	in := &input{o: o, hash: sha256.New()}
	var err error
	if in.files, err = o.sources(); err != nil {
		return nil, err
	}
	var seen []os.FileInfo
	stdin := false
	for _, f := range in.files {
		name := f.name
		if name == "-" {
			switch {
			case o.Stdin == nil:
				return nil, errors.New("standard input is not available")
			case stdin:
				return nil, errors.New("standard input is named twice")
			}
			stdin, in.stdin = true, true
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

// expand puts the files that a pattern like logs/*.csv matches, in order, in
// its place. A file of that very name goes first.
func expand(names []string) ([]string, error) {
	var files []string
	for _, name := range names {
		if _, err := os.Stat(name); err == nil || !strings.ContainsAny(name, "*?[") {
			files = append(files, name)
			continue
		}
		matches, err := filepath.Glob(name)
		if err != nil {
			return nil, fmt.Errorf("%s is not a pattern: %w", name, err)
		}
		if matches == nil {
			return nil, fmt.Errorf("%s: there is no such file", name)
		}
		files = append(files, matches...)
	}
	return files, nil
}

func openError(name string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist) && strings.Contains(name, "://"):
		return fmt.Errorf("%s: nothing is read from there: name a file, or an address that begins with sqlite:, mysql:// or postgres://", name)
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
	for _, n := range in.files {
		names = append(names, inputName(n.name))
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
	var err error
	switch {
	case begins(r, "\x1f\x8b"):
		r, err = f.gunzip(r)
	case begins(r, "\x28\xb5\x2f\xfd"):
		r, err = f.unzstd(r)
	default:
		err = f.notPacked(r)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case begins(r, "\xef\xbb\xbf"):
		r.Discard(3)
	case begins(r, "\xff\xfe"), begins(r, "\xfe\xff"):
		return nil, fmt.Errorf("%s: the text is UTF-16: save it as UTF-8", f.name)
	case begins(r, "PK\x03\x04"):
		return nil, fmt.Errorf("%s: this is a zip archive or a spreadsheet: save the sheet as CSV", f.name)
	case begins(r, "PAR1"):
		return nil, fmt.Errorf("%s: this is a Parquet file, which cannot be read from here: name it with --in", f.name)
	}
	if head, _ := r.Peek(512); bytes.IndexByte(head, 0) >= 0 {
		return nil, fmt.Errorf("%s: this is no text: save the log as CSV, in UTF-8", f.name)
	}
	return r, nil
}

func (f *file) gunzip(r *bufio.Reader) (*bufio.Reader, error) {
	f.packed = "gzip"
	unpacked, err := gzip.NewReader(r)
	if err != nil {
		return nil, f.readError(err)
	}
	return bufio.NewReaderSize(unpacked, bufferSize), nil
}

func (f *file) unzstd(r *bufio.Reader) (*bufio.Reader, error) {
	f.packed = "zstd"
	unpacked, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, f.readError(err)
	}
	f.unpacker = unpacked
	return bufio.NewReaderSize(unpacked, bufferSize), nil
}

// notPacked returns an error if the file is not what its name says.
func (f *file) notPacked(r *bufio.Reader) error {
	for end, method := range map[string]string{".gz": "gzip", ".zst": "zstd"} {
		if !strings.HasSuffix(strings.ToLower(f.name), end) {
			continue
		}
		if _, err := r.Peek(1); err == io.EOF {
			return f.empty()
		}
		return fmt.Errorf("%s: the name ends in %s, but the file is not compressed with %s", f.name, end, method)
	}
	return nil
}

func begins(r *bufio.Reader, magic string) bool {
	head, _ := r.Peek(len(magic))
	return bytes.Equal(head, []byte(magic))
}

// readError explains an error that is not about the text.
func (f *file) readError(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s: the %s archive is cut off%s: fetch the file again", f.name, f.packed, f.after())
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), isCorrupt(err), errors.Is(err, zstd.ErrCRCMismatch):
		return fmt.Errorf("%s: the %s archive is damaged%s: fetch the file again", f.name, f.packed, f.after())
	}
	return fmt.Errorf("read %s: %w", f.name, err)
}
