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

// TestPageOfLists runs docs/lists-and-segments.md: it writes the blocks that name
// a file, runs those marked sh, and compares what the commands of those marked
// console say.
func TestPageOfLists(t *testing.T) {
	path, err := filepath.Abs(filepath.Join("..", "..", "docs", "lists-and-segments.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := readFile(t, path)
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
		out, err := exec.Command("sh", "-e", "-c", command).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
		return string(out)
	}
	ran := 0
	for _, b := range regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		kind, name, _ := strings.Cut(b[1], " ")
		switch {
		case kind == "sh":
			shell(b[2])
		case name != "":
			writeFile(t, name, b[2])
		case kind != "console":
			t.Errorf("nothing checks a block of %q", b[1])
		default:
			for _, part := range regexp.MustCompile(`(?m)^\$ `).Split(b[2], -1)[1:] {
				m := regexp.MustCompile(`(?s)^((?:[^\n]*\\\n)*[^\n]*\n)(.*)$`).FindStringSubmatch(part)
				ran++
				if said := shell(m[1]); m[2] != "" {
					sameText(t, m[1], said, m[2], 1e-8)
				}
			}
		}
	}
	if ran < 10 {
		t.Errorf("%d commands, want 10 or more", ran)
	}
}
