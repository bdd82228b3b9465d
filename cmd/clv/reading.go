package main

import (
	"io"
	"math"
	"runtime/debug"

	"github.com/dustin/go-humanize"
	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/ingest"
)

// readingFlags say what to do about rows that cannot be read, and with what
// means to read.
func readingFlags() []cli.Flag {
	const category = "Reading"
	return []cli.Flag{
		&cli.StringFlag{Name: "bad-rows", Value: "fail", Usage: "`RULE` what to do about rows that cannot be read: fail (and show the first ten) or skip (set them aside and count them, and their money where it can be read)", Category: category},
		&cli.StringFlag{Name: "bad-rows-out", Usage: "`FILE` the rows set aside, as CSV: file, line, column, cause, text", Category: category},
		&cli.StringFlag{Name: "engine", Value: "auto", Usage: "`NAME` what decodes text files: auto, stream or embedded (DuckDB)", Category: category},
		&cli.StringFlag{Name: "memory", Usage: "`BYTES` memory for reading, like 4GB; what needs more goes to --temp-dir", DefaultText: "half of the machine's", Category: category},
		&cli.StringFlag{Name: "temp-dir", Usage: "`DIR` folder for what does not fit into memory", DefaultText: "the system's", Category: category},
	}
}

var engines = map[string]ingest.Engine{"auto": ingest.Choose, "stream": ingest.Streaming, "embedded": ingest.Embedded}

// readReadingFlags adds what these flags say to the options.
func readReadingFlags(c *cli.Context, o *ingest.Options) error {
	var known bool
	if o.Engine, known = engines[c.String("engine")]; !known {
		return usagef("--engine %q is not known: use auto, stream or embedded", c.String("engine"))
	}
	switch rule := c.String("bad-rows"); {
	case rule == "skip":
		o.SkipBadRows = true
	case rule != "fail":
		return usagef("--bad-rows %q is not known: use fail or skip", rule)
	case c.String("bad-rows-out") != "":
		return usagef("--bad-rows-out needs --bad-rows skip: without it the first bad row ends the reading")
	}
	if text := c.String("memory"); text != "" {
		n, err := humanize.ParseBytes(text)
		if err != nil || n == 0 || n > math.MaxInt64 {
			return usagef("--memory %q is no size: write it like 4GB or 512MiB", text)
		}
		o.Memory = int64(n)
		debug.SetMemoryLimit(collectable(o.Memory))
	}
	o.TempDir = c.String("temp-dir")
	return nil
}

// collectable returns how much of the memory is the collector's: the program
// itself and what the embedded engine does not give back take an eighth, or
// 128 MiB, of less than twice that the half.
func collectable(memory int64) int64 { return memory - min(max(memory/8, 128<<20), memory/2) }

// readFiles reads the input, and writes the rows set aside if they are wanted.
func readFiles(c *cli.Context, o *ingest.Options) (data *ingest.Data, err error) {
	path := c.String("bad-rows-out")
	if path == "" {
		return ingest.Read(c.Context, o)
	}
	err = writeOut(c.Context, path, c.App.Writer, func(out io.Writer) (err error) {
		o.BadRows = out
		data, err = ingest.Read(c.Context, o)
		return err
	})
	return data, err
}
