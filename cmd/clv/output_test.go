package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestOutputsThatCannotBeWritten(t *testing.T) {
	workspace(t)
	if err := os.Mkdir("locked", 0o555); err != nil {
		t.Fatal(err)
	}
	before := folder(t)
	for _, tt := range []struct{ out, want string }{
		{".", "cannot write .: it is a directory"},
		{"no/x.csv", "cannot write no/x.csv: there is no folder no"},
		{"log.csv/x.csv", "cannot write log.csv/x.csv: not a directory"},
		{"locked/x.csv", "cannot write locked/x.csv: permission denied"},
		{strings.Repeat("x", 300), "file name too long"},
	} {
		if strings.HasPrefix(tt.out, "locked") && os.Geteuid() == 0 {
			continue // root may write everywhere
		}
		for _, args := range []string{
			"summarize --in summary.csv --out", "fit --in summary.csv --out", "predict --model-file model.json --in summary.csv --out",
			"simulate --model-file model.json --out x.csv --truth", "simulate --model-file model.json --out",
			"plot alive --model-file model.json --in summary.csv --out x.svg --data",
		} {
			r := clv(append(strings.Fields(args), tt.out)...)
			if r.code != exitFailure || !strings.Contains(r.err, tt.want) || strings.Contains(r.err, "rows") {
				t.Errorf("clv %s %s: exit code %d, words %q; want 1 before any work, %q", args, tt.out, r.code, r.err, tt.want)
			}
		}
	}
	if after := folder(t); !slices.Equal(before, after) {
		t.Errorf("files were left behind: %v, before %v", after, before)
	}
}

func TestReadOnlyFileIsNotReplaced(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	workspace(t)
	if err := os.WriteFile("kept.csv", []byte("kept"), 0o444); err != nil {
		t.Fatal(err)
	}
	if r := clv("summarize", "--in", "log.csv", "--out", "kept.csv"); r.code != exitFailure || readFile(t, "kept.csv") != "kept" {
		t.Errorf("exit code %d, words %q; want 1 and the file as it was", r.code, r.err)
	}
}

// TestOutputReplacesWhole: an existing file keeps its mode, a link its target.
func TestOutputReplacesWhole(t *testing.T) {
	workspace(t)
	if err := os.WriteFile("old.csv", []byte(strings.Repeat("old\n", 10_000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("old.csv", "link.csv"); err != nil {
		t.Fatal(err)
	}
	want := must(t, "summarize", "--in", "log.csv").out
	must(t, "summarize", "--in", "log.csv", "--out", "link.csv")
	info, err := os.Lstat("old.csv")
	if err != nil {
		t.Fatal(err)
	}
	if readFile(t, "old.csv") != want || info.Mode().Perm() != 0o600 {
		t.Errorf("the file behind the link has mode %v and holds the summary: %t", info.Mode(), readFile(t, "old.csv") == want)
	}
	if info, err := os.Lstat("link.csv"); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is a link no longer: %v, %v", info, err)
	}
}

// TestOutputThatFailsMidway: an error while writing leaves neither the file nor
// one beside it, and what stood there stays.
func TestOutputThatFailsMidway(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "old.csv", "old")
	for _, path := range []string{"new.csv", "new.csv.gz", "old.csv"} {
		broken := errors.New("broken")
		err := writeOut(context.Background(), path, nil, func(w io.Writer) error {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				t.Fatal(err)
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Errorf("%s: error %v, want %v", path, err, broken)
		}
	}
	if names := folder(t); !slices.Equal(names, []string{"old.csv"}) || readFile(t, "old.csv") != "old" {
		t.Errorf("the folder holds %v, old.csv %q", names, readFile(t, "old.csv"))
	}
}

// An impatient writer cancels when something is written to it.
type impatient struct {
	cancel context.CancelFunc
	bytes.Buffer
}

func (i *impatient) Write(p []byte) (int, error) {
	i.cancel()
	return i.Buffer.Write(p)
}

func TestInterrupted(t *testing.T) {
	workspace(t)
	must(t, "simulate", "--model-file", "model.json", "--customers", "5000", "--out", "big.csv")
	before := folder(t)
	for _, args := range []string{
		"summarize --in big.csv --out x.csv", "fit --in big.csv --out x.json",
		"predict --model-file model.json --in big.csv --out x.csv.gz",
		"plot tracking --model-file model.json --in big.csv --out x.svg",
		"simulate --model-file model.json --customers 5000 --out x.csv --truth y.csv",
	} {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		r := runContext(ended, args)
		if r.code != exitFailure || r.err != "clv: interrupted: no file was left half-written\n" {
			t.Errorf("clv %s, before it began: exit code %d, words %q", args, r.code, r.err)
		}
		// The words about the input come after the reading and before the work.
		ctx, cancel := context.WithCancel(context.Background())
		said := &impatient{cancel: cancel}
		code := run(ctx, append([]string{"clv"}, strings.Fields(args)...), nil, io.Discard, said)
		if !strings.HasPrefix(args, "simulate") && (code != exitFailure || !strings.HasSuffix(said.String(), "clv: interrupted: no file was left half-written\n")) {
			t.Errorf("clv %s, after reading: exit code %d, words %q", args, code, said.String())
		}
		if after := folder(t); !strings.HasPrefix(args, "simulate") && !slices.Equal(before, after) {
			t.Errorf("clv %s left files behind: %v, before %v", args, after, before)
		}
	}
}

func runContext(ctx context.Context, args string) ran {
	var out, errOut bytes.Buffer
	code := run(ctx, append([]string{"clv"}, strings.Fields(args)...), nil, &out, &errOut)
	return ran{code, out.String(), errOut.String()}
}
