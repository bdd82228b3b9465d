//go:build unix

package ingest

import (
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/predictive-clv/clv/history"
)

// startMariaDB starts a server of its own in a scratch folder, reached from this
// machine alone, and returns its address. The test is skipped where the server
// is not installed.
func startMariaDB(t *testing.T) (address string) {
	t.Helper()
	program, err := exec.LookPath("mariadbd")
	if err != nil {
		program = "/usr/sbin/mariadbd"
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("MariaDB is not installed (Debian package mariadb-server-core)")
	}
	dir, err := os.MkdirTemp("", "my")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	run := asServer(t, dir)
	data := filepath.Join(dir, "data")
	run(exec.Command("mariadb-install-db", "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-log-bin"))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port
	listener.Close()
	server := exec.Command(program, "--no-defaults", "--datadir="+data, "--bind-address=127.0.0.1", fmt.Sprintf("--port=%d", port),
		"--socket="+filepath.Join(dir, "s"), "--pid-file="+filepath.Join(dir, "pid"), "--innodb-flush-log-at-trx-commit=0", "--log-error="+filepath.Join(dir, "log"))
	server.SysProcAttr = asServerProcess(t)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Process.Kill(); server.Wait() })
	return fmt.Sprintf("127.0.0.1:%d", port)
}

// openMariaDB waits until the server answers.
func openMariaDB(t *testing.T, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", "root@tcp("+address+")/?multiStatements=true")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if err = db.Ping(); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	if _, err := db.Exec("CREATE DATABASE shop CHARACTER SET utf8mb4"); err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("USE shop"); err != nil {
		t.Fatal(err)
	}
	return db
}

func TestMariaDB(t *testing.T) {
	address := startMariaDB(t)
	db := openMariaDB(t, address)
	in := "mariadb://root@" + address + "/shop"
	pushdownAgainstBuilder(t, db, "customer VARCHAR(60), moment DATETIME, quantity INTEGER, price DECIMAL(10, 2), amount DOUBLE", func(t *rapid.T, o Options) (*Data, error) {
		o.In = []string{in}
		return Read(t.Context(), &o)
	})
	t.Run("time zone", func(t *testing.T) {
		if _, err := db.Exec(`SET time_zone = '+00:00'; CREATE TABLE moments (id INT, at TIMESTAMP, plain DATETIME);
			INSERT INTO moments VALUES (1, '1997-01-01 22:00:00', '1997-01-01 22:00:00'), (1, '1997-01-02 02:00:00', '1997-01-02 02:00:00')`); err != nil {
			t.Fatal(err)
		}
		for _, date := range []string{"at", "plain"} {
			d := mustRead(t, &Options{In: []string{in}, Table: "shop.moments", Customer: "id", Date: date, Unit: history.Day})
			wantHistories(t, d, "1 1 1 1 NaN\n")
		}
	})
	t.Run("bad rows", func(t *testing.T) { pushedBadRows(t, db, in) })
	t.Run("texts", func(t *testing.T) { pushedTexts(t, db, in) })
	t.Run("tables", func(t *testing.T) { writesTables(t, db, in, "`") })
	t.Run("killed", func(t *testing.T) { killedWriting(t, db, in, "`") })
	t.Run("case counts", func(t *testing.T) {
		d := mustRead(t, &Options{In: []string{in}, Query: "SELECT 'a' AS id, DATE '1997-01-01' AS date UNION ALL SELECT 'A', DATE '1997-01-02'", Unit: history.Day})
		wantHistories(t, d, "a 0 0 1 NaN\nA 0 0 0 NaN\n")
	})
	t.Run("reads only", func(t *testing.T) {
		_, err := Read(t.Context(), &Options{In: []string{in}, Query: "SELECT 1 AS id, DATE '1997-01-01' AS date; DROP TABLE moments"})
		if err == nil {
			t.Error("a second statement is run")
		}
		if _, err := db.Exec("CREATE SEQUENCE counted"); err != nil {
			t.Fatal(err)
		}
		_, err = Read(t.Context(), &Options{In: []string{in}, Query: "SELECT NEXT VALUE FOR counted AS id, DATE '1997-01-01' AS date"})
		if err == nil || !strings.Contains(err.Error(), "READ ONLY") {
			t.Errorf("error %v, want one of a read-only transaction", err)
		}
	})
}
