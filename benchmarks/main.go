// Command benchmarks times the fits and the predictions of this module and
// writes a table in Markdown.
//
//	go run ./benchmarks                        # everything up to 1M customers
//	go run ./benchmarks -max 10000000          # and 10M
//	go run ./benchmarks -peers lifetimes       # beside another program, on the same files; pymc too
//	go run ./benchmarks -quantities            # time and error of every quantity of every model
//	go run ./benchmarks -files DIR             # only write the data as CSV
//
// Every case runs in a process of its own, so that its peak memory is its own.
// Times are medians of at least five runs. The data is simulated: daily dates,
// customers arriving evenly over three years; or, for 2,357 customers, the
// CDNOW sample where it is found.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
)

var sizes = []int{2357, 10_000, 100_000, 1_000_000, 10_000_000}

func main() {
	log.SetFlags(0)
	limit := flag.Int("max", 1_000_000, "largest number of customers")
	files := flag.String("files", "", "write the data of every size into this folder and stop")
	peers := flag.String("peers", "", "compare with this program: lifetimes or pymc")
	each := flag.Bool("quantities", false, "time every quantity and compare it with the golden vectors")
	one := flag.String("case", "", "run one case, KIND/NAME/N, and print its figures as JSON")
	flag.Parse()
	switch {
	case *one != "":
		runCase(*one)
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
		if err := table(*limit); err != nil {
			log.Fatal(err)
		}
	}
}

// A figure is what one case measured.
type figure struct {
	Rows     int     // after compression
	Compress float64 // seconds
	Seconds  float64 // of a fit with standard errors, or of a million predictions
	Evals    int
	Worst    float64 // largest run over median
}

// table runs every case and prints the results.
func table(limit int) error {
	fmt.Printf("%s, %d cores (GOMAXPROCS %d), %s %s/%s\n\n", processor(), runtime.NumCPU(), runtime.GOMAXPROCS(0), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Println("Fits: merge equal rows, search from the family's starts, standard errors and verdict.")
	fmt.Println()
	fmt.Println("| model | customers | distinct rows | compress s | fit s | evaluations | ns a customer and evaluation | ns a row and evaluation | of the floor | peak MB |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	for _, n := range sizes {
		if n > limit {
			break
		}
		floor, _, err := measure(fmt.Sprintf("floor/bg-nbd/%d", n))
		if err != nil {
			return err
		}
		perRow := floor.Seconds * 1e9 / float64(floor.Rows)
		fmt.Printf("| floor: one exp, one log a row | %d | %d | | | | | %.1f | 1 | |\n", n, floor.Rows, perRow)
		for _, name := range fitNames {
			f, peak, err := measure(fmt.Sprintf("fit/%s/%d", name, n))
			if err != nil {
				return err
			}
			eval := f.Seconds * 1e9 / float64(f.Evals)
			fmt.Printf("| %s | %d | %d | %.4g | %.4g | %d | %.2f | %.1f | %.2f | %.0f |\n", name, n, f.Rows, f.Compress, f.Seconds, f.Evals,
				eval/float64(n), eval/float64(f.Rows), eval/float64(f.Rows)/perRow, peak)
		}
	}
	fmt.Println("\nPredictions, seconds for a million customers of a table that nothing has been done to:")
	fmt.Println()
	fmt.Println("| model | quantity | seconds |")
	fmt.Println("|---|---|---:|")
	for _, name := range predictNames() {
		f, _, err := measure("predict/" + name + "/1000000")
		if err != nil {
			return err
		}
		model, quantity, _ := strings.Cut(name, ":")
		fmt.Printf("| %s | %s | %.3f |\n", model, quantity, f.Seconds)
	}
	return nil
}

// measure runs a case in its own process and returns its peak memory in MB.
func measure(name string) (f figure, peak float64, err error) {
	self, err := os.Executable()
	if err != nil {
		return f, 0, err
	}
	cmd := exec.Command(self, "-case", name)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return f, 0, fmt.Errorf("%s: %w", name, err)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = float64(usage.Maxrss) / 1024
	}
	return f, peak, json.Unmarshal(out, &f)
}

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
