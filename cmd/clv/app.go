package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/urfave/cli/v2"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// A usageError is the caller's: a wrong flag or a missing one.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// run is the whole program: it returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	app := newApp(in, out, errOut)
	err := app.RunContext(ctx, args)
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		fmt.Fprintln(errOut, "clv: interrupted; no output was written")
		return exitFailure
	}
	fmt.Fprintf(errOut, "clv: %v\n", err)
	var usage usageError
	if errors.As(err, &usage) {
		fmt.Fprintf(errOut, "Run 'clv help' or 'clv COMMAND --help'.\n")
		return exitUsage
	}
	return exitFailure
}

func newApp(in io.Reader, out, errOut io.Writer) *cli.App {
	app := &cli.App{
		Name:  "clv",
		Usage: "who will buy again, how often, for how much, and what a customer is worth",
		Description: `clv fits purchase models to a transaction log and forecasts with them.

  $ clv demo
  $ clv fit --in log.csv --out model.json
  $ clv predict --model-file model.json --in log.csv --horizon 12m --discount 10%/y --out clv.csv

The log has a column for the customer, one for the date and, for money, one for
the amount, one row a transaction or an order line. Data goes to --out or to
standard output, words go to standard error.`,
		HideVersion: true, DisableSliceFlagSeparator: true,
		Flags:  wordFlags(),
		Reader: in, Writer: out, ErrWriter: errOut,
		ExitErrHandler: func(*cli.Context, error) {},
		OnUsageError:   asUsage,
		Action: func(c *cli.Context) error {
			if c.NArg() > 0 {
				return usagef("there is no command %q", c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
		Commands: []*cli.Command{
			summarizeCommand(), fitCommand(), predictCommand(), plotCommand(),
			describeCommand(), simulateCommand(), demoCommand(), versionCommand(),
		},
	}
	strict(app.Commands)
	return app
}

// strict makes every command report wrong flags as usage errors, know the
// flags for words, and refuse positional arguments: the flag parser stops at
// the first one and would ignore what follows.
func strict(commands []*cli.Command) {
	for _, cmd := range commands {
		cmd.OnUsageError = asUsage
		strict(cmd.Subcommands)
		if len(cmd.Subcommands) > 0 {
			cmd.Action = func(c *cli.Context) error {
				return usagef("%s needs one of its subcommands, see 'clv %s --help'", c.Command.Name, c.Command.Name)
			}
			continue
		}
		cmd.Flags = append(cmd.Flags, wordFlags()...)
		action := cmd.Action
		cmd.Action = func(c *cli.Context) error {
			if c.NArg() > 0 {
				return usagef("%s takes no arguments without a flag, and %q is one: flags after it were not read", c.Command.FullName(), c.Args().First())
			}
			return action(c)
		}
	}
}

func asUsage(_ *cli.Context, err error, _ bool) error { return usageError{err} }

// wordFlags steer what is said on standard error. They may stand before or
// after the command's name.
func wordFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "quiet", Usage: "say nothing on standard error but errors", Category: "Words"},
		&cli.BoolFlag{Name: "json", Usage: "write the words on standard error as one JSON document", Category: "Words"},
	}
}

// given reports whether a switch was set on the command or before it.
func given(c *cli.Context, name string) bool {
	return slices.ContainsFunc(c.Lineage(), func(l *cli.Context) bool { return l.Command != nil && l.Bool(name) })
}
