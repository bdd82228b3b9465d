package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPageOfAcquisition runs docs/acquisition-and-budget.md: it writes the blocks
// that name a file and compares what the commands say.
func TestPageOfAcquisition(t *testing.T) {
	text := readFile(t, filepath.Join("..", "..", "docs", "acquisition-and-budget.md"))
	workspace(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nCLV_TEST_AS_PROGRAM=1 exec '%s' \"$@\"\n", self)
	if err := os.WriteFile(filepath.Join(bin, "clv"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	shell := func(command string) string {
		out, err := exec.Command("sh", "-e", "-c", command).Output()
		if err != nil {
			t.Errorf("%s: %v", command, err)
		}
		return regexp.MustCompile(`(?m) +$`).ReplaceAllString(string(out), "")
	}
	shown := 0
	for _, b := range regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		kind, name, _ := strings.Cut(b[1], " ")
		switch {
		case kind == "sh":
			shell(b[2])
		case name != "":
			writeFile(t, name, b[2])
		case kind == "console":
			m := regexp.MustCompile(`(?s)^\$ ((?:[^\n]*\\\n)*[^\n]*\n)(.*)$`).FindStringSubmatch(b[2])
			said := shell(m[1])
			if m[2] != "" {
				shown++
				sameText(t, m[1], said, m[2], 1e-6)
			}
		default:
			t.Errorf("nothing checks a block of %q", b[1])
		}
	}
	if shown < 3 {
		t.Errorf("the page shows the output of %d commands, want 3", shown)
	}
}
