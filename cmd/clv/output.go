package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// writeOut calls write with the file that path names, or with stdout if path
// is empty or "-". A file appears under its name only when it is complete; a
// name that ends in .gz is compressed.
func writeOut(ctx context.Context, path string, stdout io.Writer, write func(w io.Writer) error) (err error) {
	if path == "" || path == "-" {
		buffered := bufio.NewWriter(&interruptible{ctx, stdout})
		if err := write(buffered); err != nil {
			return err
		}
		return buffered.Flush()
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("cannot write %s: it is a directory", path)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, errors.Unwrap(err))
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	buffered := bufio.NewWriterSize(&interruptible{ctx, tmp}, 1<<16)
	var w io.Writer = buffered
	closeArchive := func() error { return nil }
	if strings.HasSuffix(path, ".gz") {
		zip := gzip.NewWriter(buffered)
		w, closeArchive = zip, zip.Close
	}
	if err := errors.Join(write(w), closeArchive(), buffered.Flush(), ctx.Err()); err != nil {
		return err
	}
	if err := errors.Join(tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
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
