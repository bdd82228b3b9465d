package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/ingest"
)

func outFlag(what string) cli.Flag {
	return &cli.StringFlag{Name: "out", Usage: "`FILE` " + what + "; packed if the name ends in .gz; standard output if not given"}
}

// writeOut calls write with the file that path names, or with stdout if path
// is empty or "-". A file appears under its name only when it is complete; a
// name that ends in .gz is compressed.
func writeOut(ctx context.Context, path string, stdout io.Writer, write func(w io.Writer) error) error {
	if path == "" || path == "-" {
		return fill(ctx, stdout, false, write)
	}
	f, err := createPending(path)
	if err != nil {
		return err
	}
	if err := fill(ctx, f, strings.HasSuffix(path, ".gz"), write); err != nil {
		f.discard()
		return err
	}
	return f.commit()
}

// fill writes through buffers to w until the context ends.
func fill(ctx context.Context, w io.Writer, zipped bool, write func(w io.Writer) error) error {
	buffered := bufio.NewWriterSize(&interruptible{ctx, w}, 1<<16)
	if !zipped {
		if err := write(buffered); err != nil {
			return err
		}
		return errors.Join(buffered.Flush(), ctx.Err())
	}
	zip := gzip.NewWriter(buffered)
	if err := write(zip); err != nil {
		return err
	}
	return errors.Join(zip.Close(), buffered.Flush(), ctx.Err())
}

// interruptible stops writing when the context ends.
type interruptible struct {
	ctx context.Context
	w   io.Writer
}

func (i *interruptible) Write(p []byte) (int, error) {
	if err := i.ctx.Err(); err != nil {
		return 0, err
	}
	return i.w.Write(p)
}

// A pending file is written beside its place and takes it when it is complete.
// Until then it has no name, so that nothing of it stays if the program is
// killed; on file systems that cannot do that it is called .NAME.XXXXXXXX. What
// is no regular file, such as /dev/null, is written directly.
type pending struct {
	*os.File
	path   string
	beside string // the name beside path; empty: written directly
	named  bool   // it has that name
}

// createPending begins the file that path names; a link is followed.
func createPending(path string) (*pending, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	mode := fs.FileMode(0o666) // less what the user's mask takes
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("cannot write %s: it is a directory", path)
	case err == nil:
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return nil, cannotWrite(path, err)
		}
		if special(path) {
			return &pending{File: f, path: path}, nil
		}
		f.Close()
		mode = info.Mode().Perm()
	}
	p := &pending{path: path, beside: filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%08x", filepath.Base(path), rand.Uint32()))}
	_, err := os.Lstat(p.beside)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, cannotWrite(path, err)
	}
	if p.File, err = createUnnamed(filepath.Dir(path), mode); err == nil {
		return p, nil
	}
	p.named = true
	if p.File, err = os.OpenFile(p.beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode); err != nil {
		return nil, cannotWrite(path, err)
	}
	return p, nil
}

// special reports whether path names a device or a pipe.
func special(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir() && !info.Mode().IsRegular()
}

func (p *pending) commit() error {
	err := p.place()
	if err == nil {
		return nil
	}
	return errors.Join(cannotWrite(p.path, err), p.remove())
}

// place gives the file its name.
func (p *pending) place() error {
	if p.beside != "" && !p.named {
		if err := link(p.File, p.beside); err != nil {
			p.Close()
			return err
		}
		p.named = true
	}
	if err := p.Close(); err != nil || p.beside == "" {
		return err
	}
	return os.Rename(p.beside, p.path)
}

func (p *pending) discard() {
	p.Close()
	p.remove()
}

func (p *pending) remove() error {
	if !p.named {
		return nil
	}
	return os.Remove(p.beside)
}

// cannotWrite names the file that was meant, not the one beside it.
func cannotWrite(path string, err error) error {
	if dir := filepath.Dir(path); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot write %s: there is no folder %s", path, dir)
	}
	var cause *fs.PathError
	if errors.As(err, &cause) {
		err = cause.Err
	}
	return fmt.Errorf("cannot write %s: %w", path, err)
}

// outputFlags are the flags, of any command, that name a file to write.
var outputFlags = []string{"out", "predictions", "data", "truth", "classes", "report", "bad-rows-out", "heatmap", "curves", "tornado", "figure"}

// checkOutputs refuses outputs that cannot be written, that would replace an
// input, or that name one file twice.
func checkOutputs(c *cli.Context) error {
	taken := map[string]string{}
	for _, path := range slices.Concat(c.StringSlice("in"), c.StringSlice("model-file"), []string{c.String("in"), c.String("model-file"), c.String("segments"), c.String("plan"), c.String("season"), c.String("economics"), c.String("options"), c.String("acquisition")}) {
		if path != "" {
			taken[canonical(path)] = "is an input"
		}
	}
	for _, flag := range outputFlags {
		path := c.String(flag)
		if path == "" || path == "-" {
			continue
		}
		if err := checkForm(c, flag); err != nil {
			return err
		}
		if ingest.IsDatabase(path) {
			if err := ingest.CheckTable(c.Context, path); err != nil {
				return err
			}
			continue
		}
		if what, ok := taken[canonical(path)]; ok {
			return usagef("--%s %s %s: choose another name", flag, path, what)
		}
		taken[canonical(path)] = "is --" + flag + " too"
		if special(path) {
			continue // to open a pipe is to begin with it
		}
		f, err := createPending(path)
		if err != nil {
			return err
		}
		f.discard()
	}
	return nil
}

// canonical returns the same path for the same regular file.
func canonical(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}
