package main

import (
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A progress is a bar on standard error that appears if standard error is a
// terminal and the work takes longer than two seconds. Any goroutine may set it.
type progress struct {
	label string
	w     io.Writer // nil: no bar
	begin time.Time

	mu  sync.Mutex
	bar *progressbar.ProgressBar
}

func newProgress(w *words, label string) *progress {
	p := &progress{label: label, begin: time.Now()}
	if f, ok := w.w.(*os.File); ok && !w.quiet && !w.json && term.IsTerminal(int(f.Fd())) {
		p.w = f
	}
	return p
}

// set shows that done of total units of work are done; a total of zero or less
// is not known.
func (p *progress) set(done, total int64) {
	if p.w == nil || time.Since(p.begin) < 2*time.Second {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar == nil {
		if total <= 0 {
			total = -1
		}
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(p.label),
			progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
	}
	_ = p.bar.Set64(done)
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
