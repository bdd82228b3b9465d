package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/models"
)

// version is that of the program, as it stands in model files.
const version = "0.1.0"

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version of the program and of the model files it writes",
		Description: `In brackets stands what the program was built from, where that is not the
release itself: a revision of the repository with its time, and +dirty if files
had been changed. The version of a model file stands in its second line.

  $ clv version
  $ clv --quiet version`,
		Action: act(func(c *cli.Context, _ *words) error {
			info, _ := debug.ReadBuildInfo()
			_, err := fmt.Fprintf(c.App.Writer, "clv %s%s, model files up to version %d, %s %s/%s\n", version, builtFrom(info), models.FileVersion,
				runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		}),
	}
}

// builtFrom returns the version of the module as the go command knows it, in
// brackets, and nothing where it knows none or that of the release.
func builtFrom(info *debug.BuildInfo) string {
	if info == nil || info.Main.Version == "" || info.Main.Version == "(devel)" || info.Main.Version == "v"+version {
		return ""
	}
	return " (" + info.Main.Version + ")"
}
