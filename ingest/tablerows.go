package ingest

import (
	"cmp"
	"context"
	"database/sql"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/predictive-clv/clv/history"
)

// names returns the names of the table's columns, nil if there is no such
// table.
func (t *outTable) names(ctx context.Context) (names []string, err error) {
	schema, table, qualified := strings.Cut(t.table, ".")
	if !qualified {
		schema, table = "", schema
	}
	query, args := "SELECT name FROM pragma_table_info(?)", []any{table}
	switch t.d {
	case PostgreSQL:
		query = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
		args = []any{t.q.table(t.table)}
	case MySQL:
		query = "SELECT column_name FROM information_schema.columns WHERE table_schema = COALESCE(NULLIF(?, ''), DATABASE()) AND table_name = ? ORDER BY ordinal_position"
		args = []any{schema, table}
	}
	rows, err := t.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// create makes a table with the columns.
func (t *outTable) create(table string) string {
	text := "TEXT"
	if t.d == MySQL { // two identifiers that differ in case are two customers
		text = "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
	}
	var fields []string
	for _, c := range t.columns {
		typ := "DOUBLE PRECISION"
		switch {
		case c.Text != nil:
			typ = text + " NOT NULL"
		case c.Whole != nil:
			typ = "BIGINT NOT NULL"
		case c.Day != nil:
			typ = "DATE NOT NULL"
		}
		fields = append(fields, t.q.name(c.Name)+" "+typ)
	}
	return "CREATE TABLE " + t.q.table(table) + " (" + strings.Join(fields, ", ") + ")"
}

// fill adds the rows to a table.
func (t *outTable) fill(ctx context.Context, table string) error {
	if t.d == PostgreSQL {
		return t.copy(ctx, table)
	}
	batch := min(500, 30_000/len(t.columns)) // SQLite takes 32,766 values, MySQL 65,535
	var insert *sql.Stmt
	var values []any
	prepared := 0
	for from := 0; from < t.n; from += batch {
		rows := min(batch, t.n-from)
		if rows != prepared {
			var err error
			if insert, err = t.conn.PrepareContext(ctx, t.insert(table, rows)); err != nil {
				return err
			}
			defer insert.Close()
			prepared = rows
		}
		values = values[:0]
		for i := from; i < from+rows; i++ {
			var err error
			if values, err = t.appendValues(values, i); err != nil {
				return err
			}
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// insert adds a number of rows.
func (t *outTable) insert(table string, rows int) string {
	var names []string
	for _, c := range t.columns {
		names = append(names, t.q.name(c.Name))
	}
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ") + ")"
	return "INSERT INTO " + t.q.table(table) + " (" + strings.Join(names, ", ") + ") VALUES " +
		strings.TrimSuffix(strings.Repeat(row+", ", rows), ", ")
}

// copy adds the rows by COPY.
func (t *outTable) copy(ctx context.Context, table string) error {
	i := 0
	var values []any
	source := pgx.CopyFromFunc(func() ([]any, error) {
		if i == t.n || ctx.Err() != nil {
			return nil, ctx.Err()
		}
		var err error
		values, err = t.appendValues(values[:0], i)
		i++
		return values, err
	})
	return t.conn.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier(strings.Split(table, ".")), outNames(t.columns), source)
		return cmp.Or(err, ctx.Err())
	})
}

// appendValues appends the fields of row i.
func (t *outTable) appendValues(values []any, i int) ([]any, error) {
	for k := range t.columns {
		c := &t.columns[k]
		switch {
		case c.Text != nil:
			s, err := c.utf8(i)
			if err != nil {
				return nil, err
			}
			values = append(values, s)
		case c.Whole != nil:
			values = append(values, c.Whole(i))
		case c.Day != nil:
			values = append(values, t.day(c.Day(i)))
		default:
			var value any
			if v, ok := c.number(i); ok {
				value = v
			}
			values = append(values, value)
		}
	}
	return values, nil
}

// day is a day as the driver takes it.
func (t *outTable) day(d history.Date) any {
	if t.d == PostgreSQL {
		return d.Time()
	}
	return d.String()
}
