//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestOutputIntoPipe: what is no regular file is written, not replaced.
func TestOutputIntoPipe(t *testing.T) {
	workspace(t)
	if err := syscall.Mkfifo("pipe", 0o600); err != nil {
		t.Skip(err)
	}
	read := make(chan string)
	go func() {
		text, err := os.ReadFile("pipe")
		read <- fmt.Sprint(string(text), err)
	}()
	want := must(t, "summarize", "--in", "log.csv").out
	must(t, "summarize", "--in", "log.csv", "--out", "pipe")
	if info, err := os.Lstat("pipe"); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		t.Fatalf("the pipe is a pipe no longer: %v, %v", info, err)
	}
	if got := <-read; got != want+"<nil>" {
		t.Errorf("the pipe carried %d bytes, want the summary's %d", len(got), len(want))
	}
}

// program starts this test binary as clv.
func program(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), "CLV_TEST_AS_PROGRAM=1")
	var words bytes.Buffer
	cmd.Stderr = &words
	return cmd, &words
}

// isWriting tells whether a program has an output half written: under a name
// beside its own, or without a name.
func isWriting(cmd *exec.Cmd, before, after []string) bool {
	if len(after) > len(before) {
		return true
	}
	descriptors := fmt.Sprintf("/proc/%d/fd", cmd.Process.Pid)
	open, _ := os.ReadDir(descriptors)
	return slices.ContainsFunc(open, func(e os.DirEntry) bool {
		path := filepath.Join(descriptors, e.Name())
		to, _ := os.Readlink(path)
		info, err := os.Stat(path)
		return err == nil && strings.HasSuffix(to, " (deleted)") && info.Mode().IsRegular() && info.Size() > 0
	})
}

// TestCtrlC interrupts the running program, early in its work and while its
// file is half written.
func TestCtrlC(t *testing.T) {
	workspace(t)
	must(t, "simulate", "--model-file", "model.json", "--customers", "100000", "--out", "big.csv")
	before := folder(t)
	early := func() bool { time.Sleep(250 * time.Millisecond); return true } // it has begun by then, on a busy machine too
	working := func() bool { time.Sleep(2 * time.Second); return true }      // the log is read by then
	var cmd *exec.Cmd
	writing := func() bool { return isWriting(cmd, before, folder(t)) }
	for _, tt := range []struct {
		args string
		when func() bool
	}{
		{"simulate --model-file model.json --customers 1000000 --out x.csv", early},
		{"simulate --model-file model.json --customers 100000 --out x.csv", writing},
		{"predict --model-file model.json --in big.csv --horizon 12m --horizon 24m --interval 80% --out x.csv", early},
		{"predict --model-file model.json --in big.csv --out x.csv.gz", writing},
		{"evaluate --in big.csv --cut 2024-12-31 --out x.txt", working},
		{"forecast --model-file model.json --in big.csv --futures 20000 --out x.txt", working},
	} {
		var words *bytes.Buffer
		cmd, words = program(t, strings.Fields(tt.args)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for begin := time.Now(); !tt.when(); time.Sleep(time.Millisecond) {
			if time.Since(begin) > time.Minute {
				t.Fatalf("clv %s: no file appeared", tt.args)
			}
		}
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		err := cmd.Wait()
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("clv %s ended %v after the signal", tt.args, took)
		}
		if code := cmd.ProcessState.ExitCode(); code != exitFailure || !strings.HasSuffix(words.String(), "clv: interrupted: no file was left half-written\n") {
			t.Errorf("clv %s: %v, exit code %d, words %q", tt.args, err, code, words)
		}
		if after := folder(t); !slices.Equal(before, after) {
			t.Errorf("clv %s left files behind: %v, before %v", tt.args, after, before)
		}
	}
}

// TestBrokenPipe: a reader that has enough ends the program without a trace.
func TestBrokenPipe(t *testing.T) {
	workspace(t)
	must(t, "simulate", "--model-file", "model.json", "--customers", "20000", "--out", "big.csv")
	for _, args := range []string{"predict --quiet --model-file model.json --in big.csv", "simulate --model-file model.json --customers 50000"} {
		cmd, words := program(t, strings.Fields(args)...)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		out.Close()
		if err := cmd.Wait(); err == nil {
			t.Errorf("clv %s succeeded without a reader", args)
		}
		if words.Len() > 0 {
			t.Errorf("clv %s said %q", args, words)
		}
	}
}
