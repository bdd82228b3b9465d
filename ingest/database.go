package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// schemes are the databases by the beginning of their address.
var schemes = map[string]Dialect{"postgres": PostgreSQL, "postgresql": PostgreSQL, "mysql": MySQL, "mariadb": MySQL, "sqlite": SQLite}

// databaseOf returns the dialect of an address like postgres://host/base.
func databaseOf(name string) (Dialect, bool) {
	scheme, _, ok := strings.Cut(name, ":")
	d, known := schemes[strings.ToLower(scheme)]
	return d, ok && known
}

// Redacted returns a name without the password that it holds if it is the
// address of a database.
func Redacted(name string) string {
	scheme, _, ok := strings.Cut(name, "://")
	if !ok {
		return name
	}
	u, err := url.Parse(name)
	if err != nil {
		return scheme + "://…"
	}
	if q := u.Query(); q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

// A database is an open connection that only reads.
type database struct {
	*sql.DB
	d      Dialect
	name   string // the address without the password
	secret string
}

// explain returns an error with the place and without the password.
func (b *database) explain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if bad, ok := errors.AsType[*BadRows](err); ok {
		return bad // each row tells the place
	}
	text := err.Error()
	if strings.Contains(text, "invalid input syntax for type") {
		text += ": make it a date or a number in the --query"
	}
	if b.secret != "" {
		text = strings.ReplaceAll(text, b.secret, "xxxxx")
		text = strings.ReplaceAll(text, url.QueryEscape(b.secret), "xxxxx")
	}
	return fmt.Errorf("%s: %s", b.name, text)
}

// openDatabase opens a database, with the password of the address, or of where
// its own programs look for it: PGPASSWORD and .pgpass for PostgreSQL.
func openDatabase(name string, o *Options) (*database, error) {
	d, _ := databaseOf(name)
	b := &database{d: d, name: name}
	var err error
	if d == SQLite {
		b.DB, err = openSQLite(name)
		return b, err
	}
	u, err := url.Parse(name)
	if err != nil {
		b.name = dialectNames[d]
		return nil, b.explain(errors.New("the address cannot be read: write it like " + dialectNames[d] + "://user@host/base"))
	}
	b.secret, _ = u.User.Password()
	if q := u.Query(); q.Has("password") {
		b.secret = q.Get("password")
	}
	b.name = Redacted(name)
	if d == PostgreSQL {
		b.DB, err = openPostgreSQL(name, o)
	} else {
		b.DB, err = openMySQL(u, o)
	}
	return b, b.explain(err)
}

// zone is the session's time zone, in which a stored moment becomes a day.
func (o *Options) zone() string {
	if o.Zone == nil {
		return "UTC"
	}
	return o.Zone.String()
}

func openPostgreSQL(name string, o *Options) (*sql.DB, error) {
	config, err := pgx.ParseConfig(name)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["application_name"] = "clv"
	config.RuntimeParams["default_transaction_read_only"] = "on"
	config.RuntimeParams["timezone"] = o.zone()
	return stdlib.OpenDB(*config), nil
}

func openMySQL(u *url.URL, o *Options) (*sql.DB, error) {
	config := mysql.NewConfig()
	config.User = u.User.Username()
	config.Passwd, _ = u.User.Password()
	if config.Passwd == "" {
		config.Passwd = os.Getenv("MYSQL_PWD")
	}
	config.Net, config.Addr, config.DBName = "tcp", u.Host, strings.TrimPrefix(u.Path, "/")
	if u.Port() == "" {
		config.Addr += ":3306"
	}
	zone := "+00:00"
	if o.Zone != nil {
		zone = o.Zone.String()
	}
	config.Params = map[string]string{"time_zone": "'" + zone + "'"}
	if tls := u.Query().Get("tls"); tls != "" {
		config.TLSConfig = tls
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

func openSQLite(name string) (*sql.DB, error) {
	_, path, _ := strings.Cut(name, ":")
	path = strings.TrimPrefix(path, "//")
	if _, err := os.Stat(path); err != nil {
		return nil, openError(path, err)
	}
	address := url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: "mode=ro&_pragma=query_only(1)"}
	return sql.Open("sqlite", strings.ReplaceAll(address.String(), "%2F", "/"))
}

// readDatabase reads the histories of a table or query. The grouping is done
// where the data is.
func readDatabase(ctx context.Context, o *Options) (*Data, error) {
	if len(o.In) > 1 {
		return nil, errors.New("a database is read alone: name nothing else with --in")
	}
	if o.Purchases {
		return nil, errors.New("a database gives histories, not the purchase days that are asked for: export the log to a file")
	}
	if o.Order != "" || o.Currency != "" || len(o.Aliases)+len(o.Exclude)+len(o.Sources) > 0 {
		return nil, errors.New("identifiers, exclusions, duplicates and currencies are looked after in the database: put them into the --query")
	}
	b, err := openDatabase(o.In[0], o)
	if err != nil {
		return nil, err
	}
	defer b.Close()
	d, err := b.read(ctx, o)
	return d, b.explain(err)
}

func (b *database) read(ctx context.Context, o *Options) (*Data, error) {
	options := &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
	if b.d == SQLite {
		options = nil // the file is open for reading only
	}
	tx, err := b.BeginTx(ctx, options)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	named := *o
	named.Customer, named.Date = "customer", "date" // until they are known
	q, err := newStatement(b.d, &named)
	if err != nil {
		return nil, err
	}
	f, err := b.columns(ctx, tx, q)
	if err != nil {
		return nil, err
	}
	columns, summary, err := findColumns(f, o)
	switch {
	case err != nil:
		return nil, unnamed(f, err)
	case summary:
		return nil, errors.New("the columns are histories already: export them to a file and read that")
	}
	if err := q.use(f, columns); err != nil {
		return nil, unnamed(f, err)
	}
	q.zone = nil // the session's
	p := &pushdown{statement: q, origin: b.name, tx: tx, bad: newBadRows(o)}
	log, err := p.log(ctx)
	if err == nil {
		err = p.bad.flush()
	}
	if err != nil {
		return nil, err
	}
	return &Data{Log: log, Columns: q.columns, Engine: b.engine(), SHA256: p.sum(), Skipped: p.bad.first}, nil
}

func (b *database) engine() string {
	return [...]string{PostgreSQL: "PostgreSQL", MySQL: "MySQL", SQLite: "SQLite"}[b.d]
}

// notText are words in the names of MySQL's types of numbers and moments.
var notText = []string{"INT", "DECIMAL", "FLOAT", "DOUBLE", "DATE", "TIMESTAMP"}

// columns asks for the names of the columns.
func (b *database) columns(ctx context.Context, tx *sql.Tx, q *statement) (*file, error) {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+q.source+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	q.typed = make(map[string]bool)
	for _, t := range types {
		q.typed[t.Name()] = b.d == MySQL && slices.ContainsFunc(notText, func(typ string) bool { return strings.Contains(t.DatabaseTypeName(), typ) })
	}
	return &file{name: b.name, columns: names}, rows.Err()
}

// unnamed takes the file's name off an error that will be given it.
func unnamed(f *file, err error) error {
	return errors.New(strings.TrimPrefix(err.Error(), f.name+": "))
}

// use takes the columns by the names that the database gives them.
func (q *statement) use(f *file, c Columns) error {
	q.columns = c
	for _, name := range []*string{&q.columns.Customer, &q.columns.Date} {
		place, err := f.column(*name)
		if err != nil {
			return err
		}
		*name = f.columns[place]
	}
	places, err := f.factors(c.Amount)
	q.factors = nil
	for _, p := range places {
		q.factors = append(q.factors, f.columns[p])
	}
	return err
}
