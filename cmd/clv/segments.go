package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/history"
)

// segmentFlags name the segments of the customers.
func segmentFlags() []cli.Flag {
	const category = "Segments"
	return []cli.Flag{
		&cli.StringFlag{Name: "segments", Usage: "`FILE` CSV with a column customer_id and one of the segment, a row a customer", Category: category},
		&cli.StringFlag{Name: "segment", Value: "segment", Usage: "`COLUMN` of that file which names the segment", Category: category},
	}
}

// noSegment is the segment of customers whom the file of segments does not
// know.
const noSegment = "none"

// segmentLabels returns the segment of every row of the table, nil if no file
// of segments is given.
func segmentLabels(c *cli.Context, h *history.Table) ([]string, error) {
	path := c.String("segments")
	switch {
	case path == "" && c.IsSet("segment"):
		return nil, usagef("--segment names a column of a file: name the file with --segments")
	case path == "":
		return nil, nil
	}
	return labelsIn(path, c.String("segment"), h)
}

// labelsIn returns what a column of a file with a row a customer says of every
// row of the table.
func labelsIn(path, column string, h *history.Table) ([]string, error) {
	if h.ID == nil {
		return nil, fmt.Errorf("the customers of the input have no identifiers: they cannot be found in %s", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	of, err := readSegments(f, column)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	labels, found := make([]string, h.Len()), 0
	for i, id := range h.ID {
		label, ok := of[id]
		if !ok || label == "" {
			labels[i] = noSegment
			continue
		}
		labels[i] = label
		found++
	}
	if found == 0 {
		return nil, fmt.Errorf("%s: none of its %d customers is in the log", path, len(of))
	}
	return labels, nil
}

// readSegments returns the segment of each customer.
func readSegments(r io.Reader, column string) (map[string]string, error) {
	rows := csv.NewReader(r)
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("no header: %w", err)
	}
	id, segment := slices.Index(header, "customer_id"), slices.Index(header, column)
	if id < 0 || segment < 0 {
		return nil, fmt.Errorf("there must be columns customer_id and %s; there is %q", column, header)
	}
	of := map[string]string{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return of, nil
		}
		if err != nil {
			return nil, err
		}
		if other, ok := of[row[id]]; ok && other != row[segment] {
			return nil, fmt.Errorf("customer %q is in two segments, %s and %s", row[id], other, row[segment])
		}
		of[row[id]] = row[segment]
	}
}
