//go:build unix

package ingest

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/predictive-clv/clv/history"
)

// startPostgreSQL starts a server of its own in a scratch folder, reached by a
// socket alone, and returns its address. The test is skipped where the server
// is not installed.
func startPostgreSQL(t *testing.T, password string) string {
	t.Helper()
	programs, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	if len(programs) == 0 {
		t.Skip("PostgreSQL is not installed (Debian package postgresql)")
	}
	bin := programs[len(programs)-1]
	dir, err := os.MkdirTemp("", "pg") // short: the path of a socket has 107 bytes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	run := asServer(t, dir)
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte(password), 0o644); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	run(exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "clv", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--no-sync"))
	control := filepath.Join(bin, "pg_ctl")
	run(exec.Command(control, "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o", "-c fsync=off -c listen_addresses= -k "+dir, "start"))
	t.Cleanup(func() { run(exec.Command(control, "-D", data, "-w", "-m", "immediate", "stop")) })
	return "postgres://clv@/postgres?host=" + dir
}

func TestPostgreSQL(t *testing.T) {
	const password = "not & told"
	in := startPostgreSQL(t, password)
	t.Setenv("PGPASSWORD", password)
	db, err := sql.Open("pgx", in)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, moment := range []string{"TIMESTAMP", "TIMESTAMPTZ"} {
		pushdownAgainstBuilder(t, db, "customer TEXT, moment "+moment+", quantity INTEGER, price NUMERIC(10, 2), amount DOUBLE PRECISION", func(t *rapid.T, o Options) (*Data, error) {
			o.In = []string{in}
			return Read(t.Context(), &o)
		})
	}
	t.Run("time zone", func(t *testing.T) { postgresZone(t, db, in) })
	t.Run("reads only", func(t *testing.T) { postgresReadsOnly(t, db, in) })
	t.Run("bad rows", func(t *testing.T) { pushedBadRows(t, db, in) })
	t.Run("tables", func(t *testing.T) { writesTables(t, db, in, `"`) })
	t.Run("killed", func(t *testing.T) { killedWriting(t, db, in, `"`) })
	t.Run("password", func(t *testing.T) { postgresPassword(t, in, password) })
}

// A moment becomes a day in the zone asked for, UTC if none is; a time without
// a zone stays what it is.
func postgresZone(t *testing.T, db *sql.DB, in string) {
	if _, err := db.Exec(`DROP TABLE IF EXISTS moments; CREATE TABLE moments (id INT, at TIMESTAMPTZ, plain TIMESTAMP);
		INSERT INTO moments VALUES (1, '1997-01-01 22:00:00Z', '1997-01-01 22:00:00'), (1, '1997-01-02 02:00:00Z', '1997-01-02 02:00:00')`); err != nil {
		t.Fatal(err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Skip(err)
	}
	for _, tc := range []struct {
		date string
		zone *time.Location
		want string
	}{
		{"at", nil, "1 1 1 1 NaN\n"}, {"at", berlin, "1 1 1 1 NaN\n"}, {"at", tokyo, "1 0 0 0 NaN\n"}, {"plain", tokyo, "1 1 1 1 NaN\n"},
	} {
		d := mustRead(t, &Options{In: []string{in}, Table: "public.moments", Customer: "id", Date: tc.date, Unit: history.Day, Zone: tc.zone})
		wantHistories(t, d, tc.want)
	}
}

// Not even a query that writes can write.
func postgresReadsOnly(t *testing.T, db *sql.DB, in string) {
	if _, err := db.Exec("CREATE SEQUENCE counted"); err != nil {
		t.Fatal(err)
	}
	_, err := Read(t.Context(), &Options{In: []string{in}, Query: "SELECT nextval('counted') AS id, now() AS date"})
	if err == nil || !strings.Contains(err.Error(), "read-only transaction") {
		t.Errorf("error %v, want one of a read-only transaction", err)
	}
}

// The password comes from the environment or from a file, and is in no error.
func postgresPassword(t *testing.T, in, password string) {
	query := "SELECT 1 AS id, DATE '1997-01-01' AS date"
	t.Setenv("PGPASSWORD", "wrong")
	if _, err := Read(t.Context(), &Options{In: []string{in}, Query: query}); err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("error %v", err)
	}
	t.Setenv("PGPASSWORD", "")
	file := filepath.Join(t.TempDir(), "pgpass")
	if err := os.WriteFile(file, []byte(fmt.Sprintf("*:*:*:clv:%s\n", password)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PGPASSFILE", file)
	d := mustRead(t, &Options{In: []string{in}, Query: query})
	if d.Engine != "PostgreSQL" || d.Log.Table.Len() != 1 {
		t.Errorf("%q, %d rows", d.Engine, d.Log.Table.Len())
	}
}
