package main

import (
	"time"
	_ "time/tzdata" // --zone works where the machine has no time zones

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/ingest"
)

// sourceFlags say more about where the transactions are and what to make of
// them.
func sourceFlags() []cli.Flag {
	const category = "Sources and cleaning"
	return []cli.Flag{
		&cli.StringFlag{Name: "table", Usage: "`NAME` table of the database that --in names", Category: category},
		&cli.StringFlag{Name: "query", Usage: "`SQL` in its place a SELECT whose columns are the log's", Category: category},
		&cli.StringFlag{Name: "mapping", Usage: "`FILE` YAML or JSON file with sources, aliases of customers and customers to leave out", Category: category},
		&cli.StringFlag{Name: "order", Usage: "`COLUMN` column of the order's number: an order that an earlier file has counts once", Category: category},
		&cli.StringFlag{Name: "currency", Usage: "`COLUMN` column of the currency: several of them are refused", Category: category},
		&cli.StringFlag{Name: "decimal", Usage: "`CHAR` decimal mark of the amounts, . or , (1.234,56)", Category: category},
		&cli.StringFlag{Name: "zone", Usage: "`NAME` time zone of the days, like Europe/Berlin", DefaultText: "a day is what is written", Category: category},
	}
}

// readSourceFlags adds what these flags say to the options.
func readSourceFlags(c *cli.Context, o *ingest.Options) error {
	o.Table, o.Query, o.Order, o.Currency = c.String("table"), c.String("query"), c.String("order"), c.String("currency")
	switch d := c.String("decimal"); d {
	case "":
	case ".", ",":
		o.Decimal = rune(d[0])
	default:
		return usagef("--decimal %q is not known: use . or ,", d)
	}
	if name := c.String("zone"); name != "" {
		zone, err := time.LoadLocation(name)
		if err != nil || name == "Local" {
			return usagef("--zone %q is not a time zone: write one like Europe/Berlin or UTC", name)
		}
		o.Zone = zone
	}
	if path := c.String("mapping"); path != "" {
		return o.LoadMapping(path)
	}
	return nil
}

// shown names the input without the password of a database.
func shown(o *ingest.Options) []string {
	var names []string
	for _, s := range o.Sources {
		names = append(names, s.In...)
	}
	for _, in := range o.In {
		names = append(names, ingest.Redacted(in))
	}
	return names
}
