package main

import (
	"fmt"
	"runtime"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/models"
)

// version is that of the program, as it stands in model files.
const version = "0.1.0"

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version of the program and of the model files it writes",
		Description: `The version of a model file stands in its second line.

  $ clv version
  $ clv --quiet version`,
		Action: act(func(c *cli.Context, _ *words) error {
			_, err := fmt.Fprintf(c.App.Writer, "clv %s, model files up to version %d, %s %s/%s\n", version, models.FileVersion,
				runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		}),
	}
}
