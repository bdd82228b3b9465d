package serve

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/predictive-clv/clv/models"
)

// Load reads a model file, unpacked first if its name ends in .gz.
func Load(path string) (*models.Scorer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	s, err := models.LoadScorer(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// A modelState is the model in use and how it came to be; it never changes.
type modelState struct {
	scorer *models.Scorer
	since  time.Time
	failed error // of the last file, if that could not be loaded
	seen   stamp // of the last file, loaded or not
}

// A stamp tells versions of a file apart.
type stamp struct {
	size    int64
	changed time.Time
}

func stampOf(path string) (stamp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}, err
	}
	return stamp{info.Size(), info.ModTime()}, nil
}

// Reload loads the model file if it has changed since it was last looked at. If
// that fails the model in use stays, and the metrics and /readyz say why.
// Requests that are being answered keep the model that they began with.
func (s *Server) Reload() error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	old := s.model.Load()
	seen, err := stampOf(s.path) // before the file is read, so that no change is missed
	if seen == old.seen && (err == nil || old.failed != nil) {
		return old.failed
	}
	next := *old
	next.seen = seen
	scorer, loadErr := (*models.Scorer)(nil), err
	if err == nil {
		scorer, loadErr = Load(s.path)
	}
	if next.failed = loadErr; loadErr == nil {
		next.scorer, next.since = scorer, time.Now()
	}
	s.model.Store(&next)
	s.metrics.loaded(&next)
	return loadErr
}

// Watch looks for changes of the model file, once every interval, until the
// context ends.
func (s *Server) Watch(ctx context.Context, interval time.Duration) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.Reload() // what fails stands in the metrics and in /readyz
		}
	}
}
