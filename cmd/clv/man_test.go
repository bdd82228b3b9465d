package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestMan: the page has every command and flag, and troff has nothing to say
// against it.
func TestMan(t *testing.T) {
	page := must(t, "man").out
	for _, c := range commands {
		if name := troff("clv " + strings.Join(c, " ")); !strings.Contains(page, "\n.SS "+name+"\n") {
			t.Errorf("the manual page lacks %s", name)
		}
	}
	for _, cmd := range newApp(nil, nil, nil).Commands {
		for _, f := range cmd.Flags {
			if name := troff("--" + f.Names()[0]); !strings.Contains(page, `\fB`+name+`\fR`) {
				t.Errorf("the manual page lacks %s of %s", name, cmd.Name)
			}
		}
	}
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("there is no groff")
	}
	cmd := exec.Command(groff, "-man", "-Kutf8", "-Tutf8", "-ww", "-rLL=78n")
	cmd.Stdin = strings.NewReader(page)
	var words strings.Builder
	cmd.Stderr = &words
	out, err := cmd.Output()
	if err != nil || words.Len() > 0 {
		t.Errorf("groff: %v\n%s", err, words.String())
	}
	if !strings.Contains(string(out), "--model-file model.json") {
		t.Errorf("the page shows\n%.2000s", out)
	}
}

func TestTroff(t *testing.T) {
	if got, want := troff(".a-b\\\n'c"), `\&.a\-b\e`+"\n"+`\&'c`; got != want {
		t.Errorf("troff = %q, want %q", got, want)
	}
}
