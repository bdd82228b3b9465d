package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// update makes the tests below rewrite docs/commands.md and the outputs that
// the other pages show, instead of comparing them.
var update = flag.Bool("update", false, "rewrite what docs/ shows")

// TestBook runs the pages of docs/ in order, each in a folder of its own with
// the small simulated files.
//
// A command of a block marked sh runs. So does a command after "$ " in a block
// marked console, broken with \ or "> ", and what it says, on both outputs, is
// compared where it is shown; a line … stands for any lines. A block marked like "csv name.csv" is
// written to that file, and a command, or such a file, must name it. The examples of Go are the
// root package's affair.
func TestBook(t *testing.T) {
	pages, err := filepath.Glob(filepath.Join("..", "..", "docs", "*.md"))
	if err != nil || len(pages) < 2 {
		t.Fatalf("the book has %d pages, %v", len(pages), err)
	}
	program := asProgram(t)
	for _, page := range pages {
		name := filepath.Base(page)
		if name == reference {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := readFile(t, page)
			p := newPage(t, program)
			p.linkReal(text)
			now := p.run(text)
			if now != text && *update {
				writeFile(t, page, now)
			}
		})
	}
}

// asProgram returns a folder with a program clv, which is this binary.
func asProgram(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nCLV_TEST_AS_PROGRAM=1 exec '%s' \"$@\"\n", self)
	if err := os.WriteFile(filepath.Join(dir, "clv"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A page is a page of the book being run.
type page struct {
	*testing.T
	dir, path string
	files     []string // written and not yet named by a command
}

func newPage(t *testing.T, program string) *page {
	t.Helper()
	p := &page{T: t, dir: t.TempDir(), path: program + string(filepath.ListSeparator) + os.Getenv("PATH")}
	for _, name := range []string{"log.csv", "summary.csv", "dirty.csv", "model.json", "states.jsonl"} {
		writeFile(t, filepath.Join(p.dir, name), readFile(t, filepath.Join("..", "..", "testdata", name)))
	}
	return p
}

// realFiles are the real data that pages may name, which are not part of the
// project.
var realFiles = map[string]string{"cdnow.csv": "cdnow_sample_2357.csv", "retail.csv.gz": "uci_online_retail_lines_to_2011-09-09.csv.gz"}

// linkReal gives the page the real data that its text names; without them it is
// skipped.
func (p *page) linkReal(text string) {
	for name, file := range realFiles {
		if !strings.Contains(text, name) {
			continue
		}
		if err := os.Symlink(realData(p.T, file), filepath.Join(p.dir, name)); err != nil {
			p.Fatal(err)
		}
	}
}

var fenced = regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$")

// run runs the blocks of a page and returns it with what the commands say now.
func (p *page) run(text string) string {
	now := fenced.ReplaceAllStringFunc(text, func(b string) string {
		m := fenced.FindStringSubmatch(b)
		language, name, _ := strings.Cut(m[1], " ")
		switch {
		case language == "console":
			return "```console\n" + p.console(m[2]) + "```"
		case language == "sh":
			p.shell(m[2])
		case name != "":
			p.named(m[2])
			writeFile(p.T, filepath.Join(p.dir, name), m[2])
			p.files = append(p.files, name)
		case language != "go":
			p.Errorf("nothing checks a block of %q", m[1])
		}
		return b
	})
	for _, name := range p.files {
		p.Errorf("nothing reads %s", name)
	}
	return now
}

// console runs the commands of a block and returns it with their outputs.
func (p *page) console(text string) string {
	var b strings.Builder
	for _, part := range regexp.MustCompile(`(?m)^\$ `).Split(text, -1)[1:] {
		lines := strings.SplitAfter(part, "\n")
		n := 1
		for strings.HasSuffix(lines[n-1], "\\\n") || strings.HasPrefix(lines[n], "> ") {
			n++
		}
		command, shown := strings.Join(lines[:n], ""), strings.Join(lines[n:], "")
		said := trimmed(p.shell(strings.ReplaceAll(command, "\n> ", "\n")))
		if shown != "" && !says(said, shown) {
			if !*update {
				p.Errorf("$ %ssays\n%s\nand the page\n%s\ngo generate ./cmd/clv writes what is said now", command, said, shown)
			} else if !strings.Contains(shown, "…\n") {
				shown = said
			}
		}
		b.WriteString("$ " + command + shown)
	}
	return b.String()
}

// named takes note of the files that a text names.
func (p *page) named(text string) {
	p.files = slices.DeleteFunc(p.files, func(name string) bool { return strings.Contains(text, name) })
}

// shell runs commands and returns what they say.
func (p *page) shell(commands string) string {
	p.named(commands)
	cmd := exec.Command("sh", "-e", "-c", commands)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), "PATH="+p.path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		p.Errorf("%s%v\n%s", commands, err, out)
	}
	return string(out)
}

// trimmed returns a text without spaces at the ends of lines.
func trimmed(text string) string { return regexp.MustCompile(`(?m) +$`).ReplaceAllString(text, "") }

// says reports whether a program says what is shown, where … stands for any
// lines, the last digits may differ between processors, and how often the
// likelihood is evaluated is the engine's affair.
func says(said, shown string) bool {
	evaluated := regexp.MustCompile(`\d+ evaluations`)
	said, shown = evaluated.ReplaceAllString(said, ""), evaluated.ReplaceAllString(shown, "")
	s, w := strings.SplitAfter(said, "\n"), strings.SplitAfter(shown, "\n")
	return linesMatch(s[:len(s)-1], w[:len(w)-1])
}

func linesMatch(said, shown []string) bool {
	switch {
	case len(shown) == 0:
		return len(said) == 0
	case shown[0] == "…\n":
		for i := 0; i <= len(said); i++ {
			if linesMatch(said[i:], shown[1:]) {
				return true
			}
		}
		return false
	default:
		return len(said) > 0 && differs(said[0], shown[0], 1e-8) == "" && linesMatch(said[1:], shown[1:])
	}
}

func TestSays(t *testing.T) {
	for _, tt := range []struct {
		said, shown string
		want        bool
	}{
		{"a\nb 1\n", "a\nb 1\n", true},
		{"a\nb 1\nc\n", "a\n…\n", true},
		{"a\nb 1\nc\n", "…\nc\n", true},
		{"a\nb 1.000000001\nc\n", "…\nb 1.000000002\n…\n", true},
		{"a\nb 1\n", "a\nb 2\n", false},
		{"a\nb 1\n", "a\n", false},
		{"a\n", "a\nb\n", false},
		{"a\nb\n", "…\na\n", false},
		{"", "a\n", false},
	} {
		if got := says(tt.said, tt.shown); got != tt.want {
			t.Errorf("says(%q, %q) = %v, want %v", tt.said, tt.shown, got, tt.want)
		}
	}
}
