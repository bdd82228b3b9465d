package main

import (
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// TestHelpExamples runs every example of the help texts as it stands there.
func TestHelpExamples(t *testing.T) {
	var texts []string
	var collect func(commands []*cli.Command)
	collect = func(commands []*cli.Command) {
		for _, cmd := range commands {
			texts = append(texts, cmd.Description)
			collect(cmd.Subcommands)
		}
	}
	app := newApp(nil, nil, nil)
	texts = append(texts, app.Description)
	collect(app.Commands)
	n := 0
	for _, text := range texts {
		for _, line := range examples(text) {
			n++
			t.Run(line, func(t *testing.T) {
				workspace(t)
				runLine(t, line)
			})
		}
	}
	if n < 2*len(commands) {
		t.Errorf("%d examples for %d commands, want two each", n, len(commands))
	}
}

// examples returns the command lines of a help text, broken ones joined.
func examples(text string) (lines []string) {
	text = strings.ReplaceAll(text, "\\\n", " ")
	for _, m := range regexp.MustCompile(`(?m)^ *\$ (.*)$`).FindAllStringSubmatch(text, -1) {
		lines = append(lines, strings.Join(strings.Fields(m[1]), " "))
	}
	return lines
}

// runLine runs a documented command line of this program.
func runLine(t *testing.T, line string) ran {
	t.Helper()
	args, ok := strings.CutPrefix(line, "clv ")
	if !ok {
		t.Fatalf("%q does not begin with clv", line)
	}
	if rest, ok := strings.CutPrefix(args, "serve "); ok && !strings.Contains(rest, "--check") {
		return served(t, strings.Fields(rest), nil)
	}
	r := must(t, strings.Fields(args)...)
	for flag, path := range map[string]string{"--out": "", "--predictions": "", "--data": "", "--truth": "", "--classes": ""} {
		if _, after, ok := strings.Cut(line, flag+" "); ok {
			path, _, _ = strings.Cut(after, " ")
			if readFile(t, path) == "" {
				t.Errorf("%s: %s is empty", line, path)
			}
		}
	}
	return r
}

// block is a fenced block of a Markdown text.
type block struct{ language, text string }

func blocks(text string) (bs []block) {
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```").FindAllStringSubmatch(text, -1) {
		bs = append(bs, block{m[1], m[2]})
	}
	return bs
}

// TestReadme runs every command of the README, in their order, and compares
// the output that it shows.
func TestReadme(t *testing.T) {
	readme := readFile(t, filepath.Join("..", "..", "README.md"))
	checks := readFile(t, filepath.Join("..", "..", ".ci", "run"))
	workspace(t)
	said := ""
	for _, b := range blocks(readme) {
		switch b.language {
		case "sh":
			for _, line := range strings.Split(strings.TrimSpace(b.text), "\n") {
				switch rest, ours := strings.CutPrefix(line, "go run ./cmd/clv "); {
				case ours:
					r := runLine(t, "clv "+rest)
					said += r.out + r.err
				case line == "go test ./...", line == "go install ./cmd/clv":
					// A test cannot run itself; the landing check runs both.
					if !strings.Contains(checks, line) {
						t.Errorf("the landing check does not run %q", line)
					}
				default:
					r := runLine(t, line)
					said += r.out + r.err
				}
			}
		case "text":
			if !strings.Contains(said, b.text) {
				t.Errorf("no command above says\n%s\nbut\n%s", b.text, said)
			}
		case "console":
			line, want, _ := strings.Cut(b.text, "\n")
			if got := must(t, strings.Fields(strings.TrimPrefix(line, "$ clv "))...).out; got != want {
				t.Errorf("%s says\n%s\nand the README\n%s", line, got, want)
			}
		case "go": // the example of the root package, which compares it
		default:
			t.Errorf("nothing checks a block of %q", b.language)
		}
	}
}

// TestReadmeNamesEveryModel: the table of models is complete.
func TestReadmeNamesEveryModel(t *testing.T) {
	readme := readFile(t, filepath.Join("..", "..", "README.md"))
	for _, f := range families {
		if !strings.Contains(readme, "\n| `"+f.name+"` |") {
			t.Errorf("the README's table lacks %s", f.name)
		}
	}
}

// TestTestdata makes the simulated test data anew by the commands that their
// README shows.
func TestTestdata(t *testing.T) {
	shown := examples(readFile(t, filepath.Join("..", "..", "testdata", "README.md")))
	workspace(t)
	want := map[string]string{}
	for _, name := range []string{"log.csv", "summary.csv", "model.json"} {
		want[name] = readFile(t, name)
	}
	if len(shown) != len(want) {
		t.Errorf("the README shows %d commands, want %d", len(shown), len(want))
	}
	for _, line := range shown {
		runLine(t, line)
	}
	// The engine's affair, and replicates, which are rounded and may differ there.
	apart := regexp.MustCompile(`"evaluations": \d+|"[\d.e+-]+ [\d.e+ -]+"`)
	for name, text := range want {
		sameText(t, name, apart.ReplaceAllString(readFile(t, name), ""), apart.ReplaceAllString(text, ""), 1e-8)
	}
}

// sameText compares texts token by token, numbers within a relative tolerance:
// the last digits may differ between processors.
func sameText(t *testing.T, name, got, want string, tolerance float64) {
	t.Helper()
	if d := differs(got, want, tolerance); d != "" {
		t.Errorf("%s has %s; make testdata makes it anew", name, d)
	}
}

// differs says where texts differ, nothing if they are the same.
func differs(got, want string, tolerance float64) string {
	tokens := regexp.MustCompile(`-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|[^\d-]+|.`)
	g, w := tokens.FindAllString(got, -1), tokens.FindAllString(want, -1)
	if len(g) != len(w) {
		return fmt.Sprintf("%d words and numbers, want %d", len(g), len(w))
	}
	for i := range g {
		if g[i] != w[i] && !sameNumber(g[i], w[i], tolerance) {
			return fmt.Sprintf("%q where %q stood before", g[i], w[i])
		}
	}
	return ""
}

func sameNumber(got, want string, tolerance float64) bool {
	g, err1 := strconv.ParseFloat(got, 64)
	w, err2 := strconv.ParseFloat(want, 64)
	return err1 == nil && err2 == nil && math.Abs(g-w) <= tolerance*max(math.Abs(w), 1)
}

// TestEveryTestdataFileIsExplained: the README of the test data tells where
// each of them comes from.
func TestEveryTestdataFileIsExplained(t *testing.T) {
	readme := readFile(t, filepath.Join("..", "..", "testdata", "README.md"))
	var patterns []string
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(readme, -1) {
		patterns = append(patterns, m[1])
	}
	explained := func(path string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool {
			ok, err := filepath.Match(p, path)
			return err == nil && ok
		})
	}
	files, err := exec.Command("git", "-C", filepath.Join("..", ".."), "ls-files", "*testdata/*").Output()
	if err != nil {
		t.Skipf("not a git checkout: %v", err)
	}
	for _, path := range strings.Fields(string(files)) {
		name := strings.TrimPrefix(path, "testdata/")
		if strings.Contains(path, "/testdata/fuzz/") || name == "README.md" {
			continue
		}
		if !explained(path) && !strings.Contains(readme, "`"+name+"`") && !strings.Contains(readme, "--out "+name) {
			t.Errorf("testdata/README.md does not say where %s comes from", path)
		}
	}
}
