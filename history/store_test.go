package history

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// buildInBatches is build with the rows in batches of all lengths and some of
// them in a file.
func (l drawnLog) buildInBatches(t *rapid.T, dir string) (*Log, error) {
	o := l.o
	o.TempDir = dir
	o.Memory = rapid.SampledFrom([]int64{0, 1, 200, 1000}).Draw(t, "memory")
	b := NewBuilder(&o)
	defer b.Close()
	for rows := l.rows; len(rows) > 0; {
		n := rapid.IntRange(1, len(rows)).Draw(t, "batch")
		batch := b.NewBatch()
		alone := rapid.IntRange(0, 3).Draw(t, "alone") == 0
		for _, r := range rows[:n] {
			tr := r.transaction(l.amounts)
			err := error(nil)
			if alone {
				err = b.Add(tr)
			} else {
				err = batch.Add(tr.Customer, DateOf(tr.Time), tr.Amount)
			}
			if err != nil {
				return nil, err
			}
		}
		if !alone {
			if err := b.Take(batch); err != nil {
				return nil, err
			}
		}
		rows = rows[n:]
	}
	return b.Build()
}

// However the rows come and wherever they wait, the log is the same to the last
// bit, its customers in the same order.
func TestBuildInBatches(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		l := drawLog(t)
		for i := range l.rows { // amounts of all sizes, so that sums round
			l.rows[i].cents *= rapid.SampledFrom([]int{1, 3, 1e9}).Draw(t, "factor")
		}
		l.o.Purchases = true
		want, wantErr := l.build()
		got, err := l.buildInBatches(t, dir)
		if err != nil || wantErr != nil {
			if fmt.Sprint(err) != fmt.Sprint(wantErr) {
				t.Fatalf("error %v, want %v", err, wantErr)
			}
			return
		}
		if got.Reconciliation != want.Reconciliation {
			t.Errorf("reconciliation\n%v\nwant\n%v", &got.Reconciliation, &want.Reconciliation)
		}
		if !slices.Equal(got.Days, want.Days) {
			t.Errorf("days\n%v\nwant\n%v", got.Days, want.Days)
		}
		if !slices.Equal(got.Table.ID, want.Table.ID) || fmt.Sprint(byID(got.Table)) != fmt.Sprint(byID(want.Table)) {
			t.Errorf("histories\n%v\nwant\n%v", byID(got.Table), byID(want.Table))
		}
		if fmt.Sprint(got.Purchases) != fmt.Sprint(want.Purchases) {
			t.Errorf("purchases\n%v\nwant\n%v", got.Purchases, want.Purchases)
		}
	})
	wantNoFiles(t, dir)
}

// A full batch is taken by itself: 400,000 rows, on two racks in memory and from the file,
// against one customer a day.
func TestBuildManyRows(t *testing.T) {
	dir := t.TempDir()
	const rows, customers = 400_000, 60_000
	build := func(memory int64) *Log {
		b := NewBuilder(&Options{Memory: memory, TempDir: dir})
		defer b.Close()
		for i := range rows {
			c := i % customers
			if err := b.AddRow(fmt.Appendf(nil, "customer %d", c), Date(700_000+i/customers), float64(c)); err != nil {
				t.Fatal(err)
			}
		}
		if spilled := b.store.spilled > 0; spilled != (memory > 0) {
			t.Errorf("with %d bytes of memory spilled = %v", memory, spilled)
		}
		l, err := b.Build()
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := build(0)
	for c, id := range l.Table.ID {
		x := (rows - c - 1) / customers
		if id != fmt.Sprintf("customer %d", c) || l.Table.Frequency[c] != x || l.Table.Recency[c] != float64(x)/7 || l.Table.Spend[c] != float64(c) {
			t.Fatalf("row %d: customer %q, %+v, want frequency %d", c, id, l.Table.Customer(c), x)
		}
	}
	for _, memory := range []int64{1 << 20, 10 << 20} { // a rack or two at a time
		spilled := build(memory)
		if !slices.Equal(spilled.Table.ID, l.Table.ID) || fmt.Sprint(byID(spilled.Table)) != fmt.Sprint(byID(l.Table)) || spilled.Reconciliation != l.Reconciliation {
			t.Errorf("with %d bytes of memory rows from the file make other histories", memory)
		}
	}
	wantNoFiles(t, dir)
}

func wantNoFiles(t *testing.T, dir string) {
	t.Helper()
	if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || left != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestSpillErrors(t *testing.T) {
	b := NewBuilder(&Options{Memory: 1, TempDir: filepath.Join(t.TempDir(), "absent")})
	batch := b.NewBatch()
	if err := batch.Add("a", 700_000, 1); err != nil {
		t.Fatal(err)
	}
	if err := b.Take(batch); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "room") {
		t.Errorf("Take with a folder that is not there: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestBuildCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b := NewBuilder(nil)
	if err := b.AddRow([]byte("a"), 700_000, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := b.BuildContext(ctx); err != nil {
		t.Error(err)
	}
	cancel()
	if _, err := b.BuildContext(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("BuildContext of a cancelled context: %v", err)
	}
}
