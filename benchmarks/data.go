package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/ingest"
	"github.com/predictive-clv/clv/models"
)

const threeYears = 1095 // days

// load returns n customers: the CDNOW sample for 2,357 where it is found,
// else simulated ones.
func load(n int) (*history.Table, error) {
	if n == 2357 && exists(cdnow()) {
		data, err := ingest.Read(context.Background(), &ingest.Options{In: []string{cdnow()}, Unit: history.Week, Cut: time.Date(1997, 9, 30, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, err
		}
		return data.Log.Table, nil
	}
	return simulate(n), nil
}

// cdnow is where the CDNOW sample may be found.
func cdnow() string {
	dir := filepath.Join("..", "shared", "data")
	if d := os.Getenv("CLV_DATA"); d != "" {
		dir = d
	}
	return filepath.Join(dir, "cdnow_sample_2357.csv")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// simulate makes n customers with daily dates, in weeks, on all cores; the
// same for any number of them.
func simulate(n int) *history.Table {
	h := &history.Table{Unit: history.Week, Frequency: make([]int, n), Recency: make([]float64, n), T: make([]float64, n), Spend: make([]float64, n)}
	const block = 10_000
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for lo := range next {
				rng := rand.New(rand.NewPCG(1, uint64(lo)))
				for i := lo; i < min(lo+block, n); i++ {
					simulateCustomer(rng, h, i)
				}
			}
		})
	}
	for lo := 0; lo < n; lo += block {
		next <- lo
	}
	close(next)
	wg.Wait()
	return h
}

func simulateCustomer(rng *rand.Rand, h *history.Table, i int) {
	age := 1 + rng.IntN(threeYears)
	path := models.BGNBD{R: 0.25, Alpha: 4.4, A: 0.8, B: 2.4}.Simulate(rng, float64(age)/7)
	x, last := 0, 0.0
	for _, t := range path.Times {
		if day := math.Floor(t * 7); day > last {
			x, last = x+1, day
		}
	}
	h.Frequency[i], h.Recency[i], h.T[i], h.Spend[i] = x, last/7, float64(age)/7, math.NaN()
	if x == 0 {
		return
	}
	values, _ := models.GammaGamma{P: 6.25, Q: 3.74, V: 15.44}.Simulate(rng, x)
	var sum float64
	for _, v := range values {
		sum += v
	}
	h.Spend[i] = math.Round(100*sum/float64(x)) / 100
}

// writeFiles writes every size up to the limit as a summary in CSV.
func writeFiles(dir string, limit int) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, n := range sizes {
		if n > limit {
			return nil
		}
		h, err := load(n)
		if err != nil {
			return err
		}
		if err := writeSummary(filepath.Join(dir, fmt.Sprintf("%d.csv", n)), h); err != nil {
			return err
		}
	}
	return nil
}

func writeSummary(path string, h *history.Table) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	buffered := bufio.NewWriter(f)
	out := csv.NewWriter(buffered)
	if err := out.Write([]string{"frequency", "recency", "T", "monetary_value"}); err != nil {
		return err
	}
	for i := range h.Len() {
		spend := ""
		if h.Frequency[i] > 0 {
			spend = strconv.FormatFloat(h.Spend[i], 'g', -1, 64)
		}
		if err := out.Write([]string{strconv.Itoa(h.Frequency[i]), strconv.FormatFloat(h.Recency[i], 'g', -1, 64),
			strconv.FormatFloat(h.T[i], 'g', -1, 64), spend}); err != nil {
			return err
		}
	}
	out.Flush()
	if err := buffered.Flush(); err != nil {
		return err
	}
	return f.Close()
}
