package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// completeWord makes the program print what may follow the words after it, for
// the scripts below.
const completeWord = "__complete"

var completionScripts = map[string]string{
	"bash": `_clv() {
	local IFS=$'\n'
	COMPREPLY=($(clv __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _clv clv
`,
	"zsh": `#compdef clv
_clv() {
	local -a found
	found=("${(@f)$(clv __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	if [[ -n ${found[1]} ]]; then compadd -a found; else _files; fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _clv "$@"; else compdef _clv clv; fi
`,
	"fish": `function __clv_complete
	set -l words (commandline -opc)
	set -l current (commandline -ct)
	set -l found (clv __complete $words[2..] "$current" 2>/dev/null)
	if test -n "$found"
		printf '%s\n' $found
	else
		__fish_complete_path "$current"
	end
end
complete -c clv -f -a '(__clv_complete)'
`,
}

func completionCommand() *cli.Command {
	cmd := &cli.Command{
		Name:      "completion",
		Usage:     "print what makes a shell complete commands, flags and values",
		ArgsUsage: "SHELL",
		Description: `The tabulator key then completes commands, flags, the names of models, units and
the like, and files.

  $ clv completion bash
  $ clv completion fish`,
	}
	for _, s := range []struct{ shell, use string }{
		{"bash", "In ~/.bashrc: source <(clv completion bash)"},
		{"zsh", "In ~/.zshrc, after compinit: source <(clv completion zsh)\nOr save it as _clv in a folder that fpath names."},
		{"fish", "Save it as ~/.config/fish/completions/clv.fish."},
	} {
		cmd.Subcommands = append(cmd.Subcommands, &cli.Command{
			Name:        s.shell,
			Usage:       "print the completion for " + s.shell,
			Description: fmt.Sprintf("%s\n\n  $ clv completion %[2]s\n  $ clv completion %[2]s --out clv.%[2]s", s.use, s.shell),
			Flags:       []cli.Flag{outFlag("the script")},
			Action: act(func(c *cli.Context, _ *words) error {
				return writeOut(c.Context, c.String("out"), c.App.Writer, func(w io.Writer) error {
					_, err := io.WriteString(w, completionScripts[s.shell])
					return err
				})
			}),
		})
	}
	return cmd
}

// flagValues are the values of flags that have few, by the flag's name.
var flagValues = map[string][]string{
	"model":    append(strings.Split(familyNames(), ", "), "auto"),
	"spend":    {"gamma-gamma", "none", "auto"},
	"unit":     {"day", "week", "month", "year"},
	"period":   {"day", "week", "month"},
	"refunds":  {"net", "drop"},
	"bad-rows": {"fail", "skip"},
	"engine":   {"auto", "stream", "embedded"},
	"dialect":  {"duckdb", "postgres", "mysql", "sqlite"},
}

// completions are what the last word may become, given those before it. There
// are none where a file may stand, or what only its writer knows.
func completions(app *cli.App, words []string) (found []string) {
	current, before := "", words
	if n := len(words); n > 0 {
		current, before = words[n-1], words[:n-1]
	}
	commands, flags, previous := app.Commands, app.Flags, ""
	for _, word := range before {
		if i := slices.IndexFunc(commands, func(cmd *cli.Command) bool { return cmd.Name == word }); i >= 0 {
			commands, flags = commands[i].Subcommands, commands[i].Flags
		}
		previous = word
	}
	var all []string
	name, isFlag := strings.CutPrefix(previous, "--")
	switch {
	case isFlag && takesValue(flags, name):
		all = flagValues[name]
	case len(commands) > 0 && !strings.HasPrefix(current, "-"):
		all = strings.Split(commandNames(commands), ", ")
	default:
		for _, f := range flags {
			all = append(all, "--"+f.Names()[0])
		}
		all = append(all, "--help")
	}
	for _, word := range all {
		if strings.HasPrefix(word, current) {
			found = append(found, word)
		}
	}
	return found
}

func takesValue(flags []cli.Flag, name string) bool {
	return slices.ContainsFunc(flags, func(f cli.Flag) bool {
		return slices.Contains(f.Names(), name) && f.(cli.DocGenerationFlag).TakesValue()
	})
}
