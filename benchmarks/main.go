// Command benchmarks times the fits and the predictions of this module and
// writes a table in Markdown.
//
//	go run ./benchmarks                        # everything up to 1M customers
//	go run ./benchmarks -max 10000000          # and 10M
//	go run ./benchmarks -peers lifetimes       # beside another program, on the same files; pymc too
//	go run ./benchmarks -quantities            # time and error of every quantity of every model
//	go run ./benchmarks -ingest 10             # reading of 10 million transactions beside the embedded engine and pandas
//	go run ./benchmarks -decisions 1000000     # every command on a log of so many customers
//	go run ./benchmarks -serve                 # load on the HTTP service, its model replaced meanwhile
//	go run ./benchmarks -files DIR             # only write the data as CSV
//
// The first tells of fits, of their kernels beside the floor, of two cores beside
// one, of bootstraps and of predictions. A comparison that is interrupted goes on
// after the last model that it had done. Every case runs in a process of its own,
// so that its peak memory is its own. Times are medians of at least five runs. The
// data is simulated: daily dates, customers arriving evenly over three years; or,
// for 2,357 customers, the CDNOW sample where it is found.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

var sizes = []int{2357, 10_000, 100_000, 1_000_000, 10_000_000}

func main() {
	log.SetFlags(0)
	limit := flag.Int("max", 1_000_000, "largest number of customers")
	files := flag.String("files", "", "write the data of every size into this folder and stop")
	peers := flag.String("peers", "", "compare with this program: lifetimes or pymc")
	each := flag.Bool("quantities", false, "time every quantity and compare it with the golden vectors")
	millions := flag.Int("ingest", 0, "time the way of so many million transactions, into a model and a forecast too")
	decide := flag.Int("decisions", 0, "time every command on a log of so many customers")
	dir := flag.String("dir", filepath.Join(os.TempDir(), "clv-benchmark-data"), "folder of the files for -ingest and -decisions")
	service := flag.Bool("serve", false, "load the HTTP service")
	connections := flag.Int("connections", 16, "with -serve: connections, each with one request at a time")
	length := flag.Duration("length", 10*time.Second, "with -serve: how long each load lasts")
	one := flag.String("case", "", "run one case, KIND/NAME/N, and print its figures as JSON")
	flag.Parse()
	model, isService := strings.CutPrefix(*one, "service/")
	switch {
	case isService:
		runService(model)
	case *service:
		if err := benchService(*connections, *length); err != nil {
			log.Fatal(err)
		}
	case *one != "":
		runCase(*one)
	case *millions > 0:
		if err := compareIngest(*millions, *dir); err != nil {
			log.Fatal(err)
		}
	case *decide > 0:
		if err := timeDecisions(*decide, *dir); err != nil {
			log.Fatal(err)
		}
	case *each:
		if err := printQuantities(filepath.Join("models", "testdata")); err != nil {
			log.Fatal(err)
		}
	case *peers != "":
		if err := comparePeers(*peers, *limit); err != nil {
			log.Fatal(err)
		}
	case *files != "":
		if err := writeFiles(*files, *limit); err != nil {
			log.Fatal(err)
		}
	default:
		if err := printTables(*limit); err != nil {
			log.Fatal(err)
		}
	}
}

// A figure is what one case measured, times in seconds.
type figure struct {
	Rows                          int // after compression
	Compress                      float64
	Seconds                       float64 // of a fit with standard errors, or of the predictions of a table
	Evals                         int
	Worst                         float64 // largest run over median
	Samples, Failed               int     // of a bootstrap
	Floor, LogLik, Score, Hessian float64 // of one evaluation on one core
}

// measure runs a case in its own process, on the given number of cores, and
// returns its peak memory in MB.
func measure(name string, cores int) (f figure, peak float64, err error) {
	self, err := os.Executable()
	if err != nil {
		return f, 0, err
	}
	cmd := exec.Command(self, "-case", name)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", cores))
	out, err := cmd.Output()
	if err != nil {
		return f, 0, fmt.Errorf("%s: %w", name, err)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = float64(usage.Maxrss) / 1024
	}
	return f, peak, json.Unmarshal(out, &f)
}
