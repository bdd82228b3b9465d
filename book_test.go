package clv_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documents are the texts for people, by path.
func documents(t *testing.T) (paths []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if !slices.Contains(paths, "README.md") || !slices.Contains(paths, "docs/index.md") {
		t.Fatalf("the documents are %v", paths)
	}
	return paths
}

var (
	fencedBlock = regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$")
	link        = regexp.MustCompile(`\]\(([^)#:]*)(#[^)]*)?\)`)
	heading     = regexp.MustCompile(`(?m)^#+ (.*)$`)
	unanchored  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// anchors are the places in a document that a link can point to.
func anchors(text string) (all []string) {
	for _, m := range heading.FindAllStringSubmatch(fencedBlock.ReplaceAllString(text, ""), -1) {
		all = append(all, "#"+strings.ReplaceAll(unanchored.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-"))
	}
	return all
}

// TestLinks: the files and headings that the documents point to are there.
func TestLinks(t *testing.T) {
	for _, path := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(fencedBlock.ReplaceAllString(read(t, path), ""), -1) {
			target := path
			if m[1] != "" {
				target = filepath.Join(filepath.Dir(path), m[1])
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to what is not there: %v", path, err)
			} else if m[2] != "" && !slices.Contains(anchors(read(t, target)), m[2]) {
				t.Errorf("%s links to %s, and %s has only %v", path, m[2], target, anchors(read(t, target)))
			}
		}
	}
}

// TestIndexHasEveryPage: the index of the book links to each of its pages.
func TestIndexHasEveryPage(t *testing.T) {
	index := read(t, "docs/index.md")
	for _, path := range documents(t) {
		name, ok := strings.CutPrefix(path, "docs/")
		if ok && name != "index.md" && !strings.Contains(index, "("+name+")") {
			t.Errorf("docs/index.md does not link to %s", name)
		}
	}
}

// TestBookShowsExamples: each block of Go in a document is the body of an example
// that the tests run.
func TestBookShowsExamples(t *testing.T) {
	var bodies []string
	for _, path := range []string{"example_test.go", "models/scorer_example_test.go", "serve/example_test.go"} {
		for _, body := range exampleBodies(t, path) {
			bodies = append(bodies, body)
		}
	}
	for _, path := range documents(t) {
		for _, m := range fencedBlock.FindAllStringSubmatch(read(t, path), -1) {
			if m[1] == "go" && !slices.Contains(bodies, m[2]) {
				t.Errorf("%s: no example has the body\n%s", path, m[2])
			}
		}
	}
}

// exampleBodies returns the bodies of the examples in a file, by name, as a
// document shows them: without the indentation and the output.
func exampleBodies(t *testing.T, path string) map[string]string {
	t.Helper()
	source := read(t, path)
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Example") {
			body := source[fset.Position(f.Body.Lbrace).Offset+2 : fset.Position(f.Body.Rbrace).Offset]
			body, _, _ = strings.Cut(body, "\n\t// Output:")
			bodies[f.Name.Name] = regexp.MustCompile(`(?m)^\t`).ReplaceAllString(body, "")
		}
	}
	if len(bodies) == 0 {
		t.Fatalf("%s has no example", path)
	}
	return bodies
}

// TestEveryVerdictIsExplained: the page on verdicts has a row for each that the
// models and the engine can give.
func TestEveryVerdictIsExplained(t *testing.T) {
	page, n := read(t, "docs/verdict.md"), 0
	for _, path := range []string{"models/finding.go", "fit/verdict.go"} {
		for _, m := range regexp.MustCompile(`(?m)^\t[A-Z]\w+ += "(.*)"$`).FindAllStringSubmatch(read(t, path), -1) {
			n++
			if !strings.Contains(page, "\n| `"+m[1]+"` |") {
				t.Errorf("docs/verdict.md does not explain %q", m[1])
			}
		}
	}
	if n < 12 {
		t.Errorf("%d verdicts found, want 12 or more", n)
	}
}
