package clv_test

import (
	"os"
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
	want := "```go\n" + exampleBodies(t, "example_test.go")["Example"] + "```"
	if !strings.Contains(read(t, "README.md"), want) {
		t.Errorf("the README does not show the example as it is:\n%s", want)
	}
}
