//go:build unix

package ingest

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestWriteUntilKilled is the process that killedWriting kills: half of its rows
// are sent, and the next never comes.
func TestWriteUntilKilled(t *testing.T) {
	address := os.Getenv("CLV_TEST_WRITE_TO")
	if address == "" {
		t.Skip("it is run by the tests of the databases")
	}
	const rows = 20_000
	columns := outRows()
	id := columns[0].Text
	columns[0].Text = func(i int) string {
		if i == rows/2 {
			fmt.Println("halfway")
			time.Sleep(time.Minute)
		}
		return id(i)
	}
	t.Error(WriteTable(t.Context(), address, rows, columns, true))
}

// killedWriting kills a process with SIGKILL while it writes a table, where
// there was none, one with the columns, and one with others: each must be as it
// was, and the next write must succeed.
func killedWriting(t *testing.T, db *sql.DB, address, quote string) {
	to := func(table string) string {
		if strings.Contains(address, "?") {
			return address + "&table=" + table
		}
		return address + "?table=" + table
	}
	if err := WriteTable(t.Context(), to("killed"), 5, outRows(), false); err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"CREATE TABLE killed_other (customer_id VARCHAR(9), frequency BIGINT, " + quote + "T" + quote + " DOUBLE PRECISION, day DATE, amount REAL, more INTEGER)",
		"INSERT INTO killed_other VALUES ('old', 1, 2, '1999-12-31', 4, 3)"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []string{"killed_none", "killed", "killed_other"} {
		before := tableText(t, db, table, quote)
		cmd := exec.Command(os.Args[0], "-test.run=^TestWriteUntilKilled$")
		cmd.Env = append(os.Environ(), "CLV_TEST_WRITE_TO="+to(table))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		cmd.Process.Kill()
		cmd.Wait()
		if line != "halfway\n" {
			t.Fatalf("the process says %q, %v", line, err)
		}
		if after := tableText(t, db, table, quote); after != before {
			t.Errorf("the table %s holds\n%.300s\nbefore\n%.300s", table, after, before)
		}
		if err := WriteTable(t.Context(), to(table), 7, outRows(), true); err != nil {
			t.Fatal(err)
		}
		if got := tableText(t, db, table, quote); got != wantTable(7) {
			t.Errorf("after the kill the table %s takes\n%.300s", table, got)
		}
	}
}

func TestSQLiteKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	killedWriting(t, db, "sqlite:"+path, `"`)
}
