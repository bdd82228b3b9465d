package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// printTables runs every case and prints the results.
func printTables(limit int) error {
	describe()
	fmt.Println("Times are medians of five runs or more, each line from a process of its own.")
	for _, print := range []func(limit int) error{fitTable, kernelTable, workerTable, bootstrapTable, predictionTable} {
		if err := print(limit); err != nil {
			return err
		}
	}
	return nil
}

// describe prints the machine, the versions and the data.
func describe() {
	gonum := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == "gonum.org/v1/gonum" {
				gonum = ", gonum " + d.Version
			}
		}
	}
	fmt.Printf("%s, %d cores (GOMAXPROCS %d), %s %s/%s%s.\n\n", processor(), runtime.NumCPU(), runtime.GOMAXPROCS(0), runtime.Version(), runtime.GOOS, runtime.GOARCH, gonum)
	small := "CDNOW, a tenth, 39 weeks of daily dates"
	if !exists(cdnow()) {
		small = "simulated as the others, the CDNOW sample not being here"
	}
	fmt.Printf("Data: 2,357 customers are %s; the others are simulated from BG/NBD and Gamma-Gamma with parameters near CDNOW's, daily dates, first purchases even over three years.\n\n", small)
}

func fitTable(limit int) error {
	fmt.Print("\nFits: merge equal rows, then search from the family's starts, standard errors and verdict. Peak memory includes the data.\n\n")
	fmt.Println("| model | customers | distinct rows | merge s | fit s | evaluations | ns a customer and evaluation | ns a row and evaluation | slowest run over median | peak MB |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	return eachFit(0, limit, func(name string, n int) error {
		f, peak, err := measure(fmt.Sprintf("fit/%s/%d", name, n), runtime.GOMAXPROCS(0))
		if err != nil {
			return err
		}
		eval := f.Seconds * 1e9 / float64(f.Evals)
		fmt.Printf("| %s | %d | %d | %.4g | %.4g | %d | %.2f | %.1f | %.2f | %.0f |\n", name, n, f.Rows, f.Compress, f.Seconds, f.Evals,
			eval/float64(n), eval/float64(f.Rows), f.Worst, peak)
		return nil
	})
}

func kernelTable(limit int) error {
	fmt.Print("\nOne evaluation on one core, ns a distinct row. The floor streams the same columns once and takes one exponential and one logarithm a row; times the floor in brackets.\n\n")
	fmt.Println("| model | customers | distinct rows | floor | ℓ | ℓ and score | ℓ, score and second derivatives |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|")
	return eachFit(0, limit, func(name string, n int) error {
		f, _, err := measure(fmt.Sprintf("kernel/%s/%d", name, n), 1)
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %d | %d | %.1f |", name, n, f.Rows, f.Floor*1e9/float64(f.Rows))
		for _, s := range []float64{f.LogLik, f.Score, f.Hessian} {
			fmt.Printf(" %.1f (%.2f) |", s*1e9/float64(f.Rows), s/f.Floor)
		}
		fmt.Println()
		return nil
	})
}

func workerTable(limit int) error {
	if limit < 1_000_000 {
		return nil
	}
	fmt.Print("\nMerge and fit, seconds, on one core and on two.\n\n")
	fmt.Println("| model | customers | merge, 1 | merge, 2 | fit, 1 | fit, 2 | both, 1 over 2 |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|")
	return eachFit(1_000_000, limit, func(name string, n int) error {
		one, _, err := measure(fmt.Sprintf("fit/%s/%d", name, n), 1)
		if err != nil {
			return err
		}
		two, _, err := measure(fmt.Sprintf("fit/%s/%d", name, n), 2)
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %d | %.4g | %.4g | %.4g | %.4g | %.2f |\n", name, n, one.Compress, two.Compress, one.Seconds, two.Seconds,
			(one.Compress+one.Seconds)/(two.Compress+two.Seconds))
		return nil
	})
}

func predictionTable(limit int) error {
	n := min(limit, 1_000_000)
	fmt.Printf("\nPredictions of a table of %d customers that nothing has been done to.\n\n", n)
	fmt.Println("| model | quantity | seconds | ns a customer | peak MB |")
	fmt.Println("|---|---|---:|---:|---:|")
	for _, name := range predictNames() {
		f, peak, err := measure(fmt.Sprintf("predict/%s/%d", name, n), runtime.GOMAXPROCS(0))
		if err != nil {
			return err
		}
		model, quantity, _ := strings.Cut(name, ":")
		fmt.Printf("| %s | %s | %.4g | %.1f | %.0f |\n", model, quantity, f.Seconds, f.Seconds*1e9/float64(n), peak)
	}
	return nil
}

// eachFit calls f for every size from least to limit and every model.
func eachFit(least, limit int, f func(name string, n int) error) error {
	for _, n := range sizes {
		if n < least || n > limit {
			continue
		}
		for _, name := range fitNames {
			if err := f(name, n); err != nil {
				return err
			}
		}
	}
	return nil
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
