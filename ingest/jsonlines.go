package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
)

// A jsonTable reads JSON lines, an object a row, every field as it is written.
type jsonTable struct {
	f       *file // for its name, its unpacker and its closer
	size    int64
	read    atomic.Int64 // bytes as stored
	text    *bufio.Reader
	columns []string
	head    [][]byte // the lines from which the columns are known
}

const (
	headLines   = 1000 // are looked at for columns
	chunkLength = 2048 // rows are handed over together
)

func openJSONLines(name string, _ format) (table, error) {
	opened, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	t := &jsonTable{f: &file{name: name, closer: opened}}
	if info, err := opened.Stat(); err == nil {
		t.size = info.Size()
	}
	if t.text, err = t.f.decode(&meter{opened, &t.read}); err == nil {
		err = t.look()
	}
	if err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// A meter counts what is read through it.
type meter struct {
	r io.Reader
	n *atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n.Add(int64(n))
	return n, err
}

// look finds the columns: the keys of the first objects, in their order.
func (t *jsonTable) look() error {
	for len(t.head) < headLines {
		line, err := t.text.ReadBytes('\n')
		if len(line) > 0 {
			t.head = append(t.head, line)
			t.addKeys(line)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return t.f.readError(err)
		}
	}
	if len(t.head) == 0 {
		return t.f.empty()
	}
	if len(t.columns) == 0 {
		return errors.New(`no line is a JSON object, like {"customer_id": "17", "date": "1997-01-31"}: write each row on a line of its own; jq -c '.[]' does so with an array`)
	}
	return nil
}

// addKeys adds the keys of a line that is an object; what else it is, its row
// will tell.
func (t *jsonTable) addKeys(line []byte) {
	if !json.Valid(line) {
		return
	}
	d := json.NewDecoder(bytes.NewReader(line))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return
		}
		if name, ok := key.(string); ok && !slices.Contains(t.columns, name) {
			t.columns = append(t.columns, name)
		}
		var skipped json.RawMessage
		if d.Decode(&skipped) != nil {
			return
		}
	}
}

func (t *jsonTable) names() []string { return t.columns }

func (t *jsonTable) close() { t.f.close() }

// next returns the next line, valid until the next call, or io.EOF.
func (t *jsonTable) next() ([]byte, error) {
	if len(t.head) > 0 {
		line := t.head[0]
		t.head = t.head[1:]
		return line, nil
	}
	line, err := t.text.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		begin := bytes.Clone(line)
		line, err = t.text.ReadBytes('\n')
		line = append(begin, line...)
	}
	if len(line) > 0 && err == io.EOF {
		return line, nil
	}
	if err != nil && err != io.EOF {
		err = t.f.readError(err)
	}
	return line, err
}

// fields returns the wanted fields of a line.
func (t *jsonTable) fields(line []byte, wanted []int) ([]string, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(line, &object); err != nil || object == nil {
		if _, syntax := errors.AsType[*json.SyntaxError](err); syntax {
			return nil, fmt.Errorf("the line is not JSON: %w", err)
		}
		return nil, errors.New(`the line is not a JSON object, like {"customer_id": "17", "date": "1997-01-31"}`)
	}
	texts := make([]string, len(wanted))
	for k, place := range wanted {
		switch raw := object[t.columns[place]]; {
		case len(raw) == 0 || string(raw) == "null":
		case raw[0] == '"':
			if err := json.Unmarshal(raw, &texts[k]); err != nil {
				return nil, err
			}
		default:
			texts[k] = string(raw)
		}
	}
	return texts, nil
}

func (t *jsonTable) scan(ctx context.Context, c tableColumns, share func(float64), yield func(*chunk) error) error {
	wanted := append([]int{c.customer, c.date}, c.factors...)
	places := [2]int{-1, -1} // of order and currency among the wanted
	for i, k := range []int{c.order, c.currency} {
		if k >= 0 {
			places[i] = len(wanted)
			wanted = append(wanted, k)
		}
	}
	out := chunk{factors: make([]column, len(c.factors))}
	flush := func() error {
		err := yield(&out)
		share(float64(t.read.Load()) / float64(max(t.size, 1)))
		out.reset()
		return err
	}
	for number := 1; ; number++ {
		line, err := t.next()
		if err == io.EOF {
			return flush()
		}
		if err != nil {
			return err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		texts, err := t.fields(line, wanted)
		if err != nil {
			texts = make([]string, len(wanted))
		}
		out.add(texts, places, len(c.factors))
		out.rows = append(out.rows, chunkRow{number, string(line), err})
		if out.n == chunkLength {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

func (t *jsonTable) records(ctx context.Context, yield func([]string) error) error {
	all := make([]int, len(t.columns))
	for i := range all {
		all[i] = i
	}
	for {
		line, err := t.next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		texts, err := t.fields(line, all)
		if err == nil {
			err = yield(texts)
		}
		if err != nil {
			return err
		}
	}
}
