package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A journey is a way from a log to its summary, or to something less.
type journey struct {
	name string
	args [][]string // one program after the other
	runs []usage
	left string // why it was left out; empty: it was not
}

// usage is what programs took.
type usage struct {
	wall, cpu float64 // seconds
	peak      int64   // bytes, of the largest
}

// compareIngest times this module's commands on a log of so many million rows
// beside the embedded engine's bare queries and pandas, on the same files in one
// run. The rounds take turns, so that what else happens on the machine happens
// to all.
func compareIngest(millions int, dir string) error {
	python, err := environment("ingest")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	clv := filepath.Join(dir, "clv")
	if err := exec.Command("go", "build", "-o", clv, "./cmd/clv").Run(); err != nil {
		return err
	}
	files, err := logs(clv, python, dir, millions)
	if err != nil {
		return err
	}
	rounds := 5
	if millions > 10 {
		rounds = 1
	}
	fmt.Printf("%s, %d cores, %s; %s. Medians of %d.\n\n", processor(), runtime.NumCPU(), runtime.Version(), strings.Join(pinned["ingest"], ", "), rounds)
	fmt.Println("| file | what | wall s | CPU s | peak MB | wall of the GROUP BY | CPU of it |")
	fmt.Println("|---|---|---:|---:|---:|---:|---:|")
	for _, file := range files {
		all := journeys(clv, python, file, millions)
		for range rounds {
			for k := range all {
				if all[k].left != "" {
					continue
				}
				for _, out := range []string{"out.csv", "out.parquet", "summary.parquet", "model.json"} { // to replace a large file takes a while
					os.Remove(filepath.Join(dir, out))
				}
				u, err := all[k].run()
				if err != nil {
					return err
				}
				all[k].runs = append(all[k].runs, u)
			}
		}
		printJourneys(file, all)
	}
	return nil
}

// logs returns a log as text and as Parquet, which it makes if they are not
// there: 2.75 transactions a customer.
func logs(clv, python, dir string, millions int) ([]string, error) {
	text := filepath.Join(dir, fmt.Sprintf("log%dM.csv", millions))
	parquet := strings.TrimSuffix(text, ".csv") + ".parquet"
	if !exists(text) {
		customers := fmt.Sprint(millions * 364_000)
		if err := say(exec.Command(clv, "simulate", "--quiet", "--params", "r=0.243,alpha=4.414,a=0.793,b=2.426",
			"--spend-params", "p=6.25,q=3.74,v=15.44", "--customers", customers, "--span", "78w", "--out", text)); err != nil {
			return nil, err
		}
	}
	if !exists(parquet) {
		if err := say(exec.Command(python, "benchmarks/ingest.py", "parquet", text, dir, "", parquet)); err != nil {
			return nil, err
		}
	}
	return []string{text, parquet}, nil
}

// journeys are what is compared on a file.
func journeys(clv, python, file string, millions int) []journey {
	dir := filepath.Dir(file)
	model, out, parquet, summary := filepath.Join(dir, "model.json"), filepath.Join(dir, "out.csv"), filepath.Join(dir, "out.parquet"), filepath.Join(dir, "summary.parquet")
	peer := func(what, memory string) [][]string {
		return [][]string{{python, "benchmarks/ingest.py", what, file, dir, memory}}
	}
	ours := func(args ...string) []string {
		return append([]string{clv, args[0], "--quiet", "--in", file, "--temp-dir", dir}, args[1:]...)
	}
	fromSummary := func(args ...string) []string {
		return append([]string{clv, args[0], "--quiet", "--in", summary, "--unit", "week"}, args[1:]...)
	}
	all := []journey{
		{name: "engine: GROUP BY customer", args: peer("group", "")},
		{name: "engine: count(*), sum(amount)", args: peer("scan", "")},
		{name: "clv summarize", args: [][]string{ours("summarize", "--out", out)}},
		{name: "clv fit, clv predict", args: [][]string{ours("fit", "--out", model), ours("predict", "--model-file", model, "--horizon", "12m", "--out", out)}},
		{name: "clv fit --predictions", args: [][]string{ours("fit", "--out", model, "--predictions", out, "--horizon", "12m")}},
		{name: "clv fit --predictions, as Parquet", args: [][]string{ours("fit", "--out", model, "--predictions", parquet, "--horizon", "12m")}},
		{name: "clv summarize, fit and predict from that, as Parquet", args: [][]string{ours("summarize", "--out", summary),
			fromSummary("fit", "--out", model), fromSummary("predict", "--model-file", model, "--horizon", "12m", "--out", parquet)}},
	}
	pandas := journey{name: "pandas: the same summary", args: peer("pandas", "")}
	if need, there := int64(millions)*pandasBytes, availableMemory(); need > there {
		pandas.left = fmt.Sprintf("left out: it takes some %d GB of memory, and %d GB are there", need>>30, there>>30)
	}
	if all = append(all, pandas); millions <= 10 {
		return all
	}
	return append(all,
		journey{name: "engine: GROUP BY customer, 4 GB", args: peer("group", "4GB")},
		journey{name: "clv summarize --memory 4GB", args: [][]string{ours("summarize", "--memory", "4GB", "--out", out)}},
		journey{name: "clv fit, clv predict, --memory 4GB", args: [][]string{
			ours("fit", "--memory", "4GB", "--out", model), ours("predict", "--memory", "4GB", "--model-file", model, "--horizon", "12m", "--out", out)}},
		journey{name: "clv fit --predictions, --memory 4GB", args: [][]string{
			ours("fit", "--memory", "4GB", "--out", model, "--predictions", out, "--horizon", "12m")}})
}

// pandasBytes is what pandas takes for a million transactions, by measurement.
const pandasBytes = 180 << 20

// availableMemory returns how many bytes programs may take, as Linux tells it.
func availableMemory() (bytes int64) {
	text, _ := os.ReadFile("/proc/meminfo")
	_, rest, _ := strings.Cut(string(text), "MemAvailable:")
	fmt.Sscan(rest, &bytes)
	return bytes << 10
}

// run runs the programs of a journey, to the first that fails.
func (j *journey) run() (u usage, err error) {
	for _, args := range j.args {
		cmd := exec.Command(args[0], args[1:]...)
		begin := time.Now()
		err := say(cmd)
		u.wall += time.Since(begin).Seconds()
		if s := cmd.ProcessState; s != nil {
			u.cpu += (s.UserTime() + s.SystemTime()).Seconds()
			if r, ok := s.SysUsage().(*syscall.Rusage); ok {
				u.peak = max(u.peak, r.Maxrss<<10)
			}
		}
		if err != nil {
			return u, err
		}
	}
	return u, nil
}

// say runs a program, whose complaints stand in the error.
func say(cmd *exec.Cmd) error {
	var complaints strings.Builder
	cmd.Stdout, cmd.Stderr = io.Discard, &complaints
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, &complaints)
	}
	return nil
}

func printJourneys(file string, all []journey) {
	middle := func(j *journey, of func(usage) float64) float64 {
		var values []float64
		for _, u := range j.runs {
			values = append(values, of(u))
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	wall, cpu := func(u usage) float64 { return u.wall }, func(u usage) float64 { return u.cpu }
	for k := range all {
		j := &all[k]
		if j.left != "" {
			fmt.Printf("| %s | %s | %s | | | | |\n", filepath.Base(file), j.name, j.left)
			continue
		}
		fmt.Printf("| %s | %s | %.2f | %.2f | %.0f | %.2f | %.2f |\n", filepath.Base(file), j.name, middle(j, wall), middle(j, cpu),
			middle(j, func(u usage) float64 { return float64(u.peak) / 1e6 }), middle(j, wall)/middle(&all[0], wall), middle(j, cpu)/middle(&all[0], cpu))
	}
}
