package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

func manCommand() *cli.Command {
	return &cli.Command{
		Name:  "man",
		Usage: "print the manual page",
		Description: `The page holds what the help texts say, in the format of man(1).

  $ clv man
  $ clv man --out clv.1`,
		Flags: []cli.Flag{outFlag("the page, for man/man1 below a folder of MANPATH")},
		Action: act(func(c *cli.Context, _ *words) error {
			return writeOut(c.Context, c.String("out"), c.App.Writer, func(w io.Writer) error { return writeMan(w, c.App) })
		}),
	}
}

// A manual writes a page in the language of troff.
type manual struct {
	*bufio.Writer
	shared []sharedFlags // in the order in which they appear
}

// sharedFlags are the flags of a category, which several commands have.
type sharedFlags struct {
	category string
	flags    []cli.Flag
}

func writeMan(out io.Writer, app *cli.App) error {
	m := &manual{Writer: bufio.NewWriter(out)}
	fmt.Fprintf(m, ".TH CLV 1 \"\" \"clv %s\"\n.SH NAME\nclv \\- %s\n", version, troff(app.Usage))
	m.WriteString(".SH SYNOPSIS\n.B clv\n.I COMMAND\n[\\fIflags\\fR]\n.SH DESCRIPTION\n")
	m.text(app.Description)
	m.WriteString(".SH COMMANDS\n")
	m.commands("clv", app.Commands)
	m.WriteString(".SH SHARED FLAGS\nThe help of a command, clv COMMAND \\-\\-help, shows which of these it has.\n")
	for _, s := range m.shared {
		fmt.Fprintf(m, ".SS %s\n", troff(s.category))
		for _, f := range s.flags {
			m.flag(f)
		}
	}
	return m.Flush()
}

func (m *manual) commands(name string, commands []*cli.Command) {
	for _, cmd := range commands {
		if cmd.Name == "help" {
			continue
		}
		name := name + " " + cmd.Name
		fmt.Fprintf(m, ".SS %s\n", troff(name))
		m.text(cmd.Usage + ".\n\n" + cmd.Description)
		for _, f := range cmd.Flags {
			if category := f.(cli.CategorizableFlag).GetCategory(); category != "" {
				m.share(category, f)
			} else {
				m.flag(f)
			}
		}
		m.commands(name, cmd.Subcommands)
	}
}

// share keeps a flag for the end of the page.
func (m *manual) share(category string, f cli.Flag) {
	i := slices.IndexFunc(m.shared, func(s sharedFlags) bool { return s.category == category })
	if i < 0 {
		i = len(m.shared)
		m.shared = append(m.shared, sharedFlags{category: category})
	}
	same := func(g cli.Flag) bool { return g.Names()[0] == f.Names()[0] }
	if s := &m.shared[i]; !slices.ContainsFunc(s.flags, same) {
		s.flags = append(s.flags, f)
	}
}

func (m *manual) flag(f cli.Flag) {
	head, text := flagParts(f.(cli.DocGenerationFlag))
	name, value, _ := strings.Cut(head, " ")
	fmt.Fprintf(m, ".TP\n\\fB%s\\fR \\fI%s\\fR\n%s\n", troff(name), troff(value), troff(text))
}

// text writes paragraphs. Indented lines stand as they are.
func (m *manual) text(text string) {
	verbatim := false
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if indented := strings.HasPrefix(line, "  "); indented != verbatim && line != "" {
			m.WriteString(map[bool]string{true: ".nf\n", false: ".fi\n"}[indented])
			verbatim = indented
		}
		if line == "" {
			line = ".PP"
		} else {
			line = troff(line)
		}
		m.WriteString(line + "\n")
	}
	if verbatim {
		m.WriteString(".fi\n")
	}
}

// troff returns text that troff prints as it is.
func troff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	return regexp.MustCompile(`(?m)^[.']`).ReplaceAllString(text, `\&$0`)
}
