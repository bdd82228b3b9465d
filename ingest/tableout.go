package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// IsDatabase tells whether a name is the address of a database, like
// postgres://user@host/base.
func IsDatabase(name string) bool {
	_, ok := databaseOf(name)
	return ok
}

// CheckTable returns an error if WriteTable could not reach the database.
func CheckTable(ctx context.Context, address string) error {
	t, err := openOut(address)
	if err != nil {
		return err
	}
	defer t.Close()
	if t.d == SQLite {
		_, err := os.Stat(filepath.Dir(sqlitePath(t.name)))
		return t.explain(err)
	}
	return t.explain(t.PingContext(ctx))
}

// WriteTable writes n rows into the table that the address of a database names:
// postgres://user@host/base?table=predictions, and likewise mysql, mariadb and
// sqlite:path. Passwords are found where [Options] looks for them.
//
// The table has all the rows or is as it was, whatever happens on the way. One
// that is not there is made. In one that has the columns, in any order, the
// rows are replaced; one with others is an error, unless replace says that it
// may give way to a new one. PostgreSQL and SQLite do that in one transaction,
// in which others read the old rows until it ends. MySQL, where none can hold a
// change of tables, fills one with _clv_new behind the name and swaps the two:
// indexes and rights stay, triggers do not, and what a process that was killed
// has left is dropped by the next.
//
// Rows are sent as they are asked for, to PostgreSQL by COPY, and none is held.
// Text is TEXT, or 255 characters in MySQL; what is not finite is NULL.
func WriteTable(ctx context.Context, address string, n int, columns []OutColumn, replace bool) error {
	columns, err := oneByOne(columns)
	if err != nil {
		return err
	}
	t, err := openOut(address)
	if err != nil {
		return err
	}
	defer t.Close()
	t.columns, t.n = columns, n
	if t.conn, err = t.Conn(ctx); err == nil {
		err = t.write(ctx, replace)
		t.conn.Close()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return t.explain(err)
}

// An outTable is a table to be written.
type outTable struct {
	*database
	q       *statement // quotes names
	table   string     // as the address writes it
	conn    *sql.Conn
	columns []OutColumn
	n       int
}

func openOut(address string) (*outTable, error) {
	d, ok := databaseOf(address)
	base, query, _ := strings.Cut(address, "?")
	parameters, err := url.ParseQuery(query)
	table := parameters.Get("table")
	switch {
	case !ok:
		return nil, errors.New("the address of a database begins with postgres://, mysql:// or sqlite: and this one does not")
	case err != nil, table == "":
		scheme, _, _ := strings.Cut(address, ":")
		return nil, fmt.Errorf("name the table to write at the end of the address of the database: %s:…?table=predictions", scheme)
	}
	if parameters.Del("table"); len(parameters) > 0 {
		base += "?" + parameters.Encode()
	}
	t := &outTable{table: table, q: &statement{d: d}}
	if d != SQLite {
		t.database, err = openDatabase(base, &Options{})
		return t, err
	}
	t.database = &database{d: d, name: base}
	file := url.URL{Scheme: "file", Opaque: url.PathEscape(sqlitePath(base)), RawQuery: "_pragma=busy_timeout(10000)"}
	t.DB, err = sql.Open("sqlite", strings.ReplaceAll(file.String(), "%2F", "/"))
	return t, err
}

// sqlitePath is the path of an address like sqlite:path.
func sqlitePath(name string) string {
	_, path, _ := strings.Cut(name, ":")
	return strings.TrimPrefix(path, "//")
}

// write puts the rows in the place of what is there.
func (t *outTable) write(ctx context.Context, replace bool) error {
	there, err := t.names(ctx)
	if err != nil {
		return err
	}
	same := sameNames(there, t.columns)
	if there != nil && !same && !replace {
		return fmt.Errorf("the table %s has the columns %s, and the result %s: name another table, or let the result replace it with --replace-table",
			t.table, list(there), list(outNames(t.columns)))
	}
	if t.d == MySQL {
		return t.swap(ctx, there != nil, same)
	}
	begin, clear := "BEGIN IMMEDIATE", []string{"DELETE FROM " + t.q.table(t.table)}
	if t.d == PostgreSQL { // the lock lets others read, and keeps two programs from adding their rows up
		begin = "BEGIN READ WRITE"
		clear = append([]string{"LOCK TABLE " + t.q.table(t.table) + " IN SHARE ROW EXCLUSIVE MODE"}, clear...)
	}
	steps := []string{begin}
	if there != nil && !same {
		steps = append(steps, "DROP TABLE "+t.q.table(t.table))
	}
	if !same {
		clear = []string{t.create(t.table)}
	}
	if err := t.exec(ctx, append(steps, clear...)...); err != nil {
		return err
	}
	if err := t.fill(ctx, t.table); err != nil {
		return err
	}
	return t.exec(ctx, "COMMIT")
}

// swap fills a new table and gives it the name of the old one.
func (t *outTable) swap(ctx context.Context, exists, same bool) (err error) {
	fresh, old := t.table+"_clv_new", t.table+"_clv_old"
	drop := "DROP TABLE IF EXISTS " + t.q.table(fresh) + ", " + t.q.table(old)
	create := t.create(fresh)
	if same {
		create = "CREATE TABLE " + t.q.table(fresh) + " LIKE " + t.q.table(t.table)
	}
	rename := "RENAME TABLE "
	if exists {
		rename += t.q.table(t.table) + " TO " + t.q.table(old) + ", "
	}
	rename += t.q.table(fresh) + " TO " + t.q.table(t.table)
	defer func() {
		if err != nil { // the connection may be gone with the context
			after, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			t.conn.Close()
			t.DB.ExecContext(after, drop)
		}
	}()
	if err := t.exec(ctx, "SET SESSION sql_mode = 'STRICT_ALL_TABLES'", drop, create, "START TRANSACTION"); err != nil {
		return err
	}
	if err := t.fill(ctx, fresh); err != nil {
		return err
	}
	return t.exec(ctx, "COMMIT", rename, drop)
}

func (t *outTable) exec(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := t.conn.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func outNames(columns []OutColumn) (names []string) {
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}

// sameNames tells whether the columns have these names, in any order.
func sameNames(names []string, columns []OutColumn) bool {
	return slices.Equal(slices.Sorted(slices.Values(names)), slices.Sorted(slices.Values(outNames(columns))))
}
