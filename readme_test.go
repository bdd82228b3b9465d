package clv_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestReadmeShowsTheExample: the Go code in the README is the body of Example,
// which the tests run.
func TestReadmeShowsTheExample(t *testing.T) {
	source := read(t, "example_test.go")
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "example_test.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	body := ""
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Name.Name == "Example" {
			body = source[fset.Position(f.Body.Lbrace).Offset+2 : fset.Position(f.Body.Rbrace).Offset]
		}
	}
	body, _, _ = strings.Cut(body, "\n\t// Output:")
	body = regexp.MustCompile(`(?m)^\t`).ReplaceAllString(body, "")
	if want := "```go\n" + body + "```"; !strings.Contains(read(t, "README.md"), want) {
		t.Errorf("the README does not show the example as it is:\n%s", want)
	}
}

// TestReadmeLinks: the files that the README points to are there.
func TestReadmeLinks(t *testing.T) {
	prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(read(t, "README.md"), "")
	for _, m := range regexp.MustCompile(`\]\(([^)#:]+)\)`).FindAllStringSubmatch(prose, -1) {
		if _, err := os.Stat(m[1]); err != nil {
			t.Error(err)
		}
	}
}
