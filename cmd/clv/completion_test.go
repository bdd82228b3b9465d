package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

func TestCompletions(t *testing.T) {
	for _, tt := range []struct{ words, want string }{
		{"fi", "fit"},
		{"s", "summarize simple segment score serve sql simulate"},
		{"plot tr", "tracking"},
		{"completion ", "bash zsh fish"},
		{"fit --mo", "--model"},
		{"--quiet fit --mo", "--model"},
		{"fit --in log.csv --model ", strings.ReplaceAll(familyNames(), ",", "") + " auto"},
		{"fit --model p", "pareto-nbd"},
		{"fit --in ", ""},
		{"fit --in lo", ""},
		{"fit --quiet --he", "--help"},
		{"version ", "--quiet --json --help"},
		{"plot tracking --peri", "--period"},
		{"plot tracking --period ", "day week month"},
		{"nonsense --x", ""},
	} {
		got := clv(append([]string{completeWord}, strings.Split(tt.words, " ")...)...)
		if s := strings.Join(strings.Fields(got.out), " "); s != tt.want && tt.words != "s" || got.code != exitOK {
			t.Errorf("clv %s: completions %q, want %q", tt.words, s, tt.want)
		} else if tt.words == "s" && !subset(strings.Fields(tt.want), strings.Fields(s)) {
			t.Errorf("clv %s: completions %q, want %q among them", tt.words, s, tt.want)
		}
	}
	if got := clv(completeWord); !strings.Contains(got.out, "fit\n") {
		t.Errorf("without words: %q", got.out)
	}
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}

// TestFlagValuesAreReal: each value stands in the help of a flag of that name.
func TestFlagValuesAreReal(t *testing.T) {
	usage := map[string]string{}
	var collect func(commands []*cli.Command)
	collect = func(commands []*cli.Command) {
		for _, cmd := range commands {
			for _, f := range cmd.Flags {
				usage[f.Names()[0]] += " " + f.(cli.DocGenerationFlag).GetUsage()
			}
			collect(cmd.Subcommands)
		}
	}
	collect(newApp(nil, nil, nil).Commands)
	for name, values := range flagValues {
		for _, v := range values {
			if !strings.Contains(usage[name], v) {
				t.Errorf("the help of --%s does not name %s", name, v)
			}
		}
	}
}

// TestCompletionInShells asks real shells, those that are there, what they
// would offer.
func TestCompletionInShells(t *testing.T) {
	program := asProgram(t)
	for shell, ask := range map[string]string{
		"bash": `source <(clv completion bash)
			ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _clv; printf '%s ' "${COMPREPLY[@]}"; echo; }
			ask clv fi; ask clv plot tra; ask clv fit --model p; ask clv fit --in ""
			complete -p clv`,
		"zsh": `autoload -U compinit && compinit -D
			source <(clv completion zsh)
			compadd() { shift; print -r -- ${(P)1}; }; _files() { print -r -- files; }
			ask() { words=("$@"); CURRENT=$#; _clv; }
			ask clv fi; ask clv plot tra; ask clv fit --model p; ask clv fit --in ""; print -r -- $_comps[clv]
			clv completion zsh > _clv; unfunction _clv; fpath=($PWD $fpath); autoload -Uz _clv
			ask clv fi; ask clv plot tra`,
		"fish": `clv completion fish | source
			for line in 'clv fi' 'clv plot tra' 'clv fit --model p' 'clv fit --in own'
				complete -C $line
			end`,
	} {
		want := map[string]string{
			"bash": "fit \ntracking \npareto-nbd \n \ncomplete -o default -F _clv clv\n",
			"zsh":  "fit\ntracking\npareto-nbd\nfiles\n_clv\nfit\ntracking\n",
			"fish": "fit\ntracking\npareto-nbd\nown.csv\n",
		}[shell]
		t.Run(shell, func(t *testing.T) {
			if _, err := exec.LookPath(shell); err != nil {
				t.Skip("there is no " + shell)
			}
			dir := t.TempDir()
			writeFile(t, dir+"/own.csv", "")
			cmd := exec.Command(shell, "-c", ask)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "HOME="+dir, "PATH="+program+":"+os.Getenv("PATH"))
			out, err := cmd.CombinedOutput()
			if err != nil || string(out) != want {
				t.Errorf("%s says %q, %v; want %q", shell, out, err, want)
			}
		})
	}
}
