package main

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

//go:generate go test . -run TestCommandReference|TestBook -update

// reference is the page of docs/ that shows every help text.
const reference = "commands.md"

// TestCommandReference: docs/commands.md is what the program says of itself.
// With -update it writes the page.
func TestCommandReference(t *testing.T) {
	path := filepath.Join("..", "..", "docs", reference)
	want := referenceText(t)
	if *update {
		writeFile(t, path, want)
	}
	if readFile(t, path) != want {
		t.Errorf("docs/%s is not what the help texts say; go generate ./cmd/clv writes it", reference)
	}
}

// TestChangelogHasTheVersion: the newest version of the changelog is that of the
// program.
func TestChangelogHasTheVersion(t *testing.T) {
	m := regexp.MustCompile(`(?m)^## \[(.*)\] - `).FindStringSubmatch(readFile(t, filepath.Join("..", "..", "CHANGELOG.md")))
	if m == nil || m[1] != version {
		t.Errorf("the newest version of CHANGELOG.md is %v, and that of the program %s", m, version)
	}
}

func referenceText(t *testing.T) string {
	var index, texts strings.Builder
	var add func(name string, commands []*cli.Command)
	add = func(name string, commands []*cli.Command) {
		for _, cmd := range commands {
			name := name + " " + cmd.Name
			fmt.Fprintf(&index, "- [`%s`](#%s): %s\n", name, strings.ReplaceAll(name, " ", "-"), cmd.Usage)
			fmt.Fprintf(&texts, "\n## %s\n\n```text\n%s```\n", name, must(t, append(strings.Fields(name)[1:], "--help")...).out)
			add(name, cmd.Subcommands)
		}
	}
	add("clv", newApp(nil, nil, nil).Commands)
	return "# The commands\n\nEvery command, as `--help` explains it. This page is written by\n" +
		"`go generate ./cmd/clv`. [Back to the index](index.md)\n\n" + index.String() + texts.String()
}
