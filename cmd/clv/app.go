package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"
)

// Exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
	exitNot     = 3 // of clv monitor: the model does not hold
)

// A usageError is the caller's: a wrong flag or a missing one.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// A saidError stands in the JSON document of the words already.
type saidError struct{ err error }

func (e saidError) Error() string { return e.err.Error() }
func (e saidError) Unwrap() error { return e.err }

// run is the whole program: it returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1)) // --memory changes it
	app := newApp(in, out, errOut)
	if len(args) > 1 && args[1] == completeWord {
		for _, word := range completions(app, args[2:]) {
			fmt.Fprintln(out, word)
		}
		return exitOK
	}
	err := app.RunContext(ctx, args)
	if err == nil {
		return exitOK
	}
	if errors.As(err, new(doesNotHold)) {
		return exitNot
	}
	said := errors.As(err, new(saidError))
	if !said {
		fmt.Fprintf(errOut, "clv: %v\n", err)
	}
	if !errors.As(err, new(usageError)) && !errors.As(err, new(cli.ExitCoder)) {
		return exitFailure
	}
	if !said {
		fmt.Fprintln(errOut, "Run 'clv help' or 'clv COMMAND --help'.")
	}
	return exitUsage
}

func newApp(in io.Reader, out, errOut io.Writer) *cli.App {
	app := &cli.App{
		Name:  "clv",
		Usage: "who will buy again, how often, for how much, and what a customer is worth",
		Description: `clv fits purchase models to a transaction log and forecasts with them.

  $ clv demo
  $ clv fit --in log.csv --out model.json
  $ clv predict --model-file model.json --in log.csv --horizon 12m --out clv.csv

The log has a column for the customer, one for the date and, for money, one for
the amount, one row a transaction or an order line. Data goes to --out or to
standard output, words go to standard error. The exit code is 0, 1 after a
failure, 2 after a wrong flag, and 3 if clv monitor finds that a model does not
hold.`,
		HideVersion: true, DisableSliceFlagSeparator: true,
		Flags:  wordFlags(),
		Reader: in, Writer: out, ErrWriter: errOut,
		ExitErrHandler: func(*cli.Context, error) {},
		OnUsageError:   asUsage,
		Commands: []*cli.Command{
			summarizeCommand(), fitCommand(), predictCommand(), forecastCommand(), evaluateCommand(), compareCommand(), monitorCommand(), plotCommand(),
			reportCommand(),
			simpleCommand(), driversCommand(), cohortCommand(), listCommand(), segmentCommand(), acquireCommand(), budgetCommand(),
			describeCommand(), scoreCommand(), serveCommand(), sqlCommand(), simulateCommand(), demoCommand(), completionCommand(), manCommand(), versionCommand(),
		},
	}
	app.CustomAppHelpTemplate = helpText("clv COMMAND", app.Usage, app.Description, app.Commands, app.Flags)
	app.Action = func(c *cli.Context) error {
		if c.NArg() > 0 {
			return unknownCommand("command", c.Args().First(), app.Commands)
		}
		return cli.ShowAppHelp(c)
	}
	for _, cmd := range app.Commands {
		complete(cmd, "clv "+cmd.Name)
	}
	return app
}

// complete gives a command, which is called by the given name, what all
// commands have: the flags for words, usage errors, help.
func complete(cmd *cli.Command, name string) {
	cmd.OnUsageError = asUsage
	if len(cmd.Subcommands) == 0 {
		cmd.Flags = append(cmd.Flags, wordFlags()...)
		cmd.CustomHelpTemplate = helpText(name, cmd.Usage, cmd.Description, nil, cmd.Flags)
		return
	}
	subcommands := cmd.Subcommands
	cmd.CustomHelpTemplate = helpText(name+" "+cmd.ArgsUsage, cmd.Usage, cmd.Description, subcommands, nil)
	kind := strings.ToLower(cmd.ArgsUsage)
	cmd.Action = func(c *cli.Context) error {
		if c.NArg() > 0 {
			return unknownCommand(kind, c.Args().First(), subcommands)
		}
		return usagef("%s needs a %s: %s", name, kind, commandNames(subcommands))
	}
	for _, sub := range subcommands {
		complete(sub, name+" "+sub.Name)
	}
}

func unknownCommand(kind, name string, commands []*cli.Command) error {
	return usagef("there is no %s %q; there is %s", kind, name, commandNames(commands))
}

func commandNames(commands []*cli.Command) string {
	var names []string
	for _, cmd := range commands {
		if cmd.Name != "help" {
			names = append(names, cmd.Name)
		}
	}
	return strings.Join(names, ", ")
}

// asUsage explains an error of the flag parser.
func asUsage(c *cli.Context, err error, _ bool) error {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		near := cli.SuggestFlag(c.Command.Flags, name, false)
		if len(name) < 2 || !strings.HasPrefix(near, "--"+name[:2]) {
			return usagef("there is no flag --%s here", name)
		}
		return usagef("there is no flag --%s here; is %s meant?", name, near)
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return usagef("--%s needs a value", name)
	}
	return usagef("%s", strings.Replace(text, "for flag -", "for --", 1))
}

// act makes the action of a command. It refuses positional arguments, since
// the flag parser stops at the first and would ignore what follows, and
// outputs that cannot be written, before any work is done.
func act(do func(c *cli.Context, w *words) error) cli.ActionFunc {
	return func(c *cli.Context) error {
		w := wordsOf(c)
		if c.NArg() > 0 {
			return w.close(usagef("%s takes no arguments without a flag, and %q is one: flags after it were not read", c.Command.HelpName, c.Args().First()))
		}
		err := checkOutputs(c)
		if err == nil {
			err = do(c, w)
		}
		if err != nil && c.Context.Err() != nil {
			err = errors.New("interrupted: no file was left half-written")
		}
		return w.close(err)
	}
}
