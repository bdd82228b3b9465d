//go:build cgo && !noduckdb

package ingest

import (
	"context"
	"strings"

	duckdb "github.com/duckdb/duckdb-go-bindings"
)

func (t *duckTable) numbers(ctx context.Context, customer int, places []int, yield func(int, *numberRows) error) error {
	var fields []string
	for _, k := range places {
		sql, ok := t.columns[k].exact()
		if !ok {
			return errOdd
		}
		fields = append(fields, sql)
	}
	if customer >= 0 {
		fields = append(fields, t.columns[customer].text())
	}
	total, err := t.count(ctx)
	if err != nil {
		return err
	}
	rows := &numberRows{numbers: make([][]float64, len(places))}
	sql := "SELECT " + strings.Join(fields, ", ") + " FROM " + t.relation
	return t.e.query(ctx, sql, nil, func(d duckdb.DataChunk) error {
		defer duckdb.DestroyDataChunk(&d)
		for k := range places {
			rows.numbers[k] = appendNumbers(rows.numbers[k][:0], d, k)
		}
		if customer >= 0 {
			rows.customers = appendTexts(rows.customers[:0], d, len(places))
		}
		return yield(total, rows)
	})
}

// count returns the number of rows, which a Parquet file tells without being
// read.
func (t *duckTable) count(ctx context.Context) (n int, err error) {
	err = t.e.query(ctx, "SELECT count(*) FROM "+t.relation, nil, func(d duckdb.DataChunk) error {
		defer duckdb.DestroyDataChunk(&d)
		counts, _ := vector[int64](d, 0)
		n = int(counts[0])
		return nil
	})
	return n, err
}

func (t *duckTable) records(ctx context.Context, yield func([]string) error) error {
	var fields []string
	for _, c := range t.columns {
		fields = append(fields, c.text())
	}
	columns := make([][]string, len(fields))
	record := make([]string, len(fields))
	sql := "SELECT " + strings.Join(fields, ", ") + " FROM " + t.relation
	return t.e.query(ctx, sql, nil, func(d duckdb.DataChunk) error {
		defer duckdb.DestroyDataChunk(&d)
		for k := range columns {
			columns[k] = appendTexts(columns[k][:0], d, k)
		}
		for i := range int(duckdb.DataChunkGetSize(d)) {
			for k := range columns {
				record[k] = columns[k][i]
			}
			if err := yield(record); err != nil {
				return err
			}
		}
		return nil
	})
}
