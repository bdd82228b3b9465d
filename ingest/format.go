package ingest

import (
	"bytes"
	"io"
	"os"
	"strings"
)

// A format is how a file stores its rows.
type format uint8

const (
	separated format = iota // text with separated fields
	parquetFile
	jsonLines
)

// formatOf looks at the beginning of a file, and at its name where the
// beginning does not tell.
func formatOf(name string) (format, error) {
	if name == "-" {
		return separated, nil
	}
	base := strings.ToLower(name)
	for _, packed := range []string{".gz", ".zst"} {
		base = strings.TrimSuffix(base, packed)
	}
	for _, end := range []string{".jsonl", ".ndjson", ".json"} {
		if strings.HasSuffix(base, end) {
			return jsonLines, nil
		}
	}
	f, err := os.Open(name)
	if err != nil {
		return separated, openError(name, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return separated, err // a pipe is read once
	}
	head := make([]byte, 4)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return separated, err
	}
	switch head = head[:n]; {
	case bytes.Equal(head, []byte("PAR1")):
		return parquetFile, nil
	case bytes.HasPrefix(head, []byte(`{"`)):
		return jsonLines, nil
	}
	return separated, nil
}
