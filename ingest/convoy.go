package ingest

import "runtime"

// A convoy takes the chunks of a table, in order, and has the rows of several
// at a time read apart.
type convoy struct {
	r     *reading
	t     *transactions
	f     *file
	bad   func(err error, record []string) error
	group *chunkGroup   // to be filled
	queue []*chunkGroup // on their way
}

// A chunkGroup is some chunks, whose rows fit into a batch.
type chunkGroup struct {
	chunks []*chunk
	batch  chan *batch // their rows; nil: they are still to be read
}

// groupChunks is the number of chunks in a group.
const groupChunks = 16

func newGroup() *chunkGroup { return &chunkGroup{batch: make(chan *batch, 1)} }

// add takes a chunk.
func (c *convoy) add(k *chunk) error {
	if k.free == nil { // valid until this returns
		return c.t.chunk(c.f, k, c.bad)
	}
	c.group.chunks = append(c.group.chunks, k)
	if len(c.group.chunks) < groupChunks {
		return nil
	}
	c.send()
	if len(c.queue) <= 2*runtime.GOMAXPROCS(0) {
		return nil
	}
	return c.receive()
}

// send lets the group be read, once the rows do not depend on those before.
func (c *convoy) send() {
	g := c.group
	if c.t.settled() {
		apart, f := *c.t, &file{columns: c.f.columns}
		go func() { g.batch <- apart.group(f, g.chunks) }()
	} else {
		g.batch <- nil
	}
	c.queue, c.group = append(c.queue, g), newGroup()
}

// receive takes the rows of the first group on its way.
func (c *convoy) receive() error {
	g := c.queue[0]
	batch := <-g.batch
	c.queue = c.queue[1:]
	defer g.free()
	if batch == nil || c.r.bad.searching() || !c.t.clean.join(batch.clean) {
		for _, k := range g.chunks {
			k.load()
			if err := c.t.chunk(c.f, k, c.bad); err != nil {
				return err
			}
		}
		return nil
	}
	for _, k := range g.chunks {
		c.f.row += k.n
	}
	return c.t.builder.Take(batch.Batch)
}

// finish takes the rows of all groups.
func (c *convoy) finish() error {
	c.send()
	for len(c.queue) > 0 {
		if err := c.receive(); err != nil {
			return err
		}
	}
	return nil
}

// close frees what is on its way.
func (c *convoy) close() {
	for _, g := range c.queue {
		<-g.batch
		g.free()
	}
	c.group.free()
}

func (g *chunkGroup) free() {
	for _, k := range g.chunks {
		k.free()
	}
}

// group reads the rows of some chunks. It returns nil if there is anything odd
// about any of them.
func (t *transactions) group(f *file, chunks []*chunk) *batch {
	batch := t.newBatch()
	var row logRow
	for _, k := range chunks {
		k.load()
		if batch.clean == nil && k.typed() {
			if !batch.addTyped(k) {
				return nil
			}
			continue
		}
		for i := range k.n {
			if t.rowAt(&row, f, k, i) != nil || !batch.add(&row) {
				return nil
			}
		}
	}
	return batch
}
