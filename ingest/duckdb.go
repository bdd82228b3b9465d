//go:build cgo && !noduckdb

package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	duckdb "github.com/duckdb/duckdb-go-bindings"
)

// hasEngine tells whether this build has the embedded SQL engine.
const hasEngine = true

// An engine is an embedded DuckDB in memory.
type engine struct {
	db   duckdb.Database
	conn duckdb.Connection
}

// openEngine opens the engine of the reading, if it is not open.
func (r *reading) openEngine() (*engine, error) {
	if r.engine == nil {
		e, err := newEngine(r.o)
		if err != nil {
			return nil, err
		}
		r.engine = e
	}
	return r.engine, nil
}

func newEngine(o *Options) (*engine, error) {
	e := &engine{}
	var message string
	var config duckdb.Config
	if duckdb.CreateConfig(&config) == duckdb.StateError {
		return nil, errors.New("the embedded SQL engine does not start")
	}
	defer duckdb.DestroyConfig(&config)
	if duckdb.OpenExt("", &e.db, config, &message) == duckdb.StateError || duckdb.Connect(e.db, &e.conn) == duckdb.StateError {
		e.close()
		return nil, fmt.Errorf("the embedded SQL engine does not start: %s", message)
	}
	for _, s := range settings(o) {
		if err := e.exec(s); err != nil {
			e.close()
			return nil, err
		}
	}
	return e, nil
}

// settings keep the engine from fetching code at run time and from writing
// anywhere but in the folder for what does not fit into memory.
func settings(o *Options) []string {
	s := []string{
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET allow_community_extensions = false",
		fmt.Sprintf("SET threads = %d", runtime.GOMAXPROCS(0)),
		"SET temp_directory = " + literal(cmp.Or(o.TempDir, os.TempDir())),
		fmt.Sprintf("SET memory_limit = '%d KiB'", max(o.memory()/engineShare>>10, 1)),
		// What is decoded ahead of those who take it: with the megabyte that is
		// the default, those who decode wait.
		fmt.Sprintf("SET streaming_buffer_size = '%d KiB'", min(max(o.memory()/128>>10, 1<<10), 32<<10)),
	}
	if o.Progress != nil {
		s = append(s, "SET enable_progress_bar = true", "SET enable_progress_bar_print = false", "SET progress_bar_time = 0")
	}
	return append(s, "SET lock_configuration = true")
}

func (e *engine) close() {
	duckdb.Disconnect(&e.conn)
	duckdb.Close(&e.db)
}

// engineText is the engine's error without its kind and without the advice that
// follows it.
func engineText(text string) error {
	line, _, _ := strings.Cut(text, "\n")
	if kind, rest, ok := strings.Cut(line, " Error: "); ok && !strings.Contains(kind, ":") {
		if line = rest; kind == "Out of Memory" {
			line += ": give more with --memory"
		}
	}
	return errors.New(line)
}

func (e *engine) exec(sql string) error {
	var result duckdb.Result
	defer duckdb.DestroyResult(&result)
	if duckdb.Query(e.conn, sql, &result) == duckdb.StateError {
		return engineText(duckdb.ResultError(&result))
	}
	return nil
}

func (r *reading) closeEngine() {
	if r.engine != nil {
		r.engine.close()
		r.engine = nil
	}
}

// version returns the engine's name for people.
func (e *engine) version() string { return "DuckDB " + duckdb.LibraryVersion() }

// prepare returns a statement, to be destroyed.
func (e *engine) prepare(sql string) (s duckdb.PreparedStatement, err error) {
	if duckdb.Prepare(e.conn, sql, &s) == duckdb.StateError {
		err = engineText(duckdb.PrepareError(s))
	}
	return s, err
}

// query hands the result's chunks over as they are made; yield must see to it
// that they are destroyed. It returns soon after ctx is cancelled.
func (e *engine) query(ctx context.Context, sql string, share func(float64), yield func(duckdb.DataChunk) error) error {
	s, err := e.prepare(sql)
	defer duckdb.DestroyPrepare(&s)
	if err != nil {
		return err
	}
	defer e.watch(ctx, share)()
	var pending duckdb.PendingResult
	defer duckdb.DestroyPending(&pending)
	if duckdb.PendingPreparedStreaming(s, &pending) == duckdb.StateError {
		return engineText(duckdb.PendingError(pending))
	}
	var result duckdb.Result
	defer duckdb.DestroyResult(&result)
	if duckdb.ExecutePending(pending, &result) == duckdb.StateError {
		return cmp.Or(ctx.Err(), engineText(duckdb.ResultError(&result)))
	}
	for ctx.Err() == nil {
		c := duckdb.FetchChunk(result)
		if c.Ptr == nil {
			if text := duckdb.ResultError(&result); text != "" {
				return cmp.Or(ctx.Err(), engineText(text))
			}
			break
		}
		if err := yield(c); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// watch interrupts the query when ctx is cancelled and reports its progress,
// until the function that it returns is called.
func (e *engine) watch(ctx context.Context, share func(float64)) (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-ctx.Done():
				duckdb.Interrupt(e.conn)
				time.Sleep(time.Millisecond) // a query that had not begun did not hear it
			case <-tick.C:
			}
			if share == nil {
				continue
			}
			p := duckdb.QueryProgress(e.conn)
			if percent, _, _ := duckdb.QueryProgressTypeMembers(&p); percent > 0 {
				share(percent / 100)
			}
		}
	}()
	return func() { close(done); <-stopped }
}

// literal writes a string for SQL.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// identifier writes a name for SQL.
func identifier(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
