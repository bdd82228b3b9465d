//go:build unix

package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestKilled kills the running program with SIGKILL while its file is half
// written. What stood there stays, nothing stays beside it on Linux, and the
// next run succeeds.
func TestKilled(t *testing.T) {
	workspace(t)
	must(t, "simulate", "--model-file", "model.json", "--customers", "100000", "--out", "big.csv")
	writeFile(t, "old.csv", "old")
	writeFile(t, "old.parquet", "old")
	before := folder(t)
	for _, out := range []string{"new.csv", "old.csv", "new.jsonl.gz", "old.parquet"} {
		args := strings.Fields("predict --model-file model.json --in big.csv --columns p_alive --out " + out)
		for tries := 1; !killedWriting(t, before, args); tries++ {
			if tries == 20 {
				t.Fatalf("%s was complete before the kill %d times", out, tries)
			}
			if strings.HasPrefix(out, "old") {
				writeFile(t, out, "old")
			} else {
				os.Remove(out)
			}
		}
		after := folder(t)
		stray := slices.DeleteFunc(slices.Clone(after), func(name string) bool { return slices.Contains(before, name) })
		if len(stray) > 0 && (len(stray) > 1 || !strings.HasPrefix(stray[0], "."+out+".")) {
			t.Errorf("the kill left %v", stray)
		}
		for _, name := range stray {
			t.Logf("this file system has no files without a name: %s stays", name)
			os.Remove(name)
		}
		if strings.HasPrefix(out, "old") && readFile(t, out) != "old" {
			t.Errorf("%s is not what it was", out)
		}
		must(t, args...)
		if info, err := os.Stat(out); err != nil || info.Size() < 100_000 {
			t.Errorf("the next run wrote %v, %v", info, err)
		}
		if strings.HasPrefix(out, "new") {
			os.Remove(filepath.Join(".", out))
		}
	}
}

// killedWriting runs the program and kills it as soon as it is seen to write; it
// reports false if the program was faster.
func killedWriting(t *testing.T, before, args []string) bool {
	t.Helper()
	cmd, words := program(t, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for begin := time.Now(); !isWriting(cmd, before, folder(t)); time.Sleep(time.Millisecond) {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v: %v: %s", args, err, words)
			}
			return false
		default:
		}
		if time.Since(begin) > time.Minute {
			cmd.Process.Kill()
			t.Fatalf("%v does not write: %s", args, words)
		}
	}
	cmd.Process.Kill() // it may have ended meanwhile
	return <-ended != nil
}
