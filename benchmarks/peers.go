package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/predictive-clv/clv/fit"
	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// pinned are the other programs at the versions that are compared with.
var pinned = map[string][]string{
	"lifetimes": {"lifetimes==0.11.3", "numpy==1.26.4", "scipy==1.17.1", "pandas==2.1.4"},
	"ingest":    {"duckdb==1.5.6", "pandas==3.1.1", "pyarrow==26.0.1"},
	"pymc":      {"pymc-marketing==0.19.2", "pymc==5.28.5", "pytensor==2.38.3", "arviz==0.23.4", "numpy==2.4.6", "scipy==1.17.1", "pandas==3.1.1"},
}

// A peerRow is one line of peers.py.
type peerRow struct {
	Program, Model, What string
	Customers, Runs      int
	Seconds              float64
	Params               []float64
	Error                string
}

// comparePeers runs the other programs and this one on the same files, each
// figure of theirs followed by ours, and prints the ratios.
func comparePeers(which string, limit int) error {
	python, err := environment(which)
	if err != nil {
		fmt.Printf("%s cannot be installed here, so it is not compared: %v\n", which, err)
		return nil
	}
	dir := filepath.Join(os.TempDir(), "clv-benchmark-data")
	if err := writeFiles(dir, limit); err != nil {
		return err
	}
	version, err := exec.Command(python, "--version").Output()
	if err != nil {
		return err
	}
	describe()
	fmt.Printf("The other programs, under %s: %s; they use one core, this module %d. The same data; medians of the runs, ours of five or more.\n\n",
		strings.TrimSpace(string(version)), strings.Join(pinned[which], ", "), runtime.GOMAXPROCS(0))
	fmt.Println("| program | model | what | customers | runs | seconds | this module | ratio | ℓ below ours |")
	fmt.Println("|---|---|---|---:|---:|---:|---:|---:|---:|")
	cmd := exec.Command(python, filepath.Join("benchmarks", "peers.py"), which, dir, strconv.Itoa(limit))
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
	cmd.Stderr = os.Stderr
	return answer(cmd)
}

// answer reads a row at a time, and lets the program go on when the row is
// printed.
func answer(cmd *exec.Cmd) error {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	h, n := (*history.Table)(nil), 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var r peerRow
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			continue // what a library prints
		}
		if r.Customers != n {
			if h, err = load(r.Customers); err != nil {
				return err
			}
			n = r.Customers
		}
		printRatio(r, h)
		if _, err := fmt.Fprintln(in); err != nil {
			return err
		}
	}
	return cmd.Wait()
}

// environment makes a virtual environment with the pinned packages.
func environment(which string) (python string, err error) {
	packages, ok := pinned[which]
	if !ok {
		return "", errors.New("no such program")
	}
	dir := filepath.Join("benchmarks", ".venv-"+which)
	python = filepath.Join(dir, "bin", "python")
	if exists(python) {
		return python, nil
	}
	for _, args := range [][]string{{"python3", "-m", "venv", dir}, append([]string{python, "-m", "pip", "install", "-q"}, packages...)} {
		if text, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			os.RemoveAll(dir)
			return "", fmt.Errorf("%s: %s", strings.Join(args, " "), strings.TrimSpace(string(text)))
		}
	}
	return python, nil
}

func printRatio(r peerRow, h *history.Table) {
	if r.Error != "" {
		fmt.Printf("| %s | %s | %s | %d | | fails: %s | | | |\n", r.Program, r.Model, r.What, r.Customers, r.Error)
		return
	}
	var ours float64
	gap := ""
	if r.What == "fit" {
		var best float64
		ours, _ = median(5, func() { best, _ = fitWhole(r.Model, h, nil) })
		if r.Params != nil {
			_, at := fitWhole(r.Model, h, r.Params)
			gap = fmt.Sprintf("%.4f", best-at)
		}
	} else {
		ours, _ = predictCase(r.Model+":"+r.What, h)
	}
	fmt.Printf("| %s | %s | %s | %d | %d | %.4g | %.4g | %s× | %s |\n", r.Program, r.Model, r.What, r.Customers, r.Runs, r.Seconds, ours, ratio(r.Seconds/ours), gap)
}

// ratio has no more than the digits that mean something.
func ratio(r float64) string {
	if r < 10 {
		return fmt.Sprintf("%.1f", r)
	}
	return fmt.Sprintf("%.0f", r)
}

// fitWhole merges equal rows and fits, and returns the best log-likelihood; or,
// if params are given, the one there.
func fitWhole(model string, h *history.Table, params []float64) (best, at float64) {
	switch model {
	case "bg-nbd":
		return fitOne(models.BGNBD{}, h, params)
	case "mbg-nbd":
		return fitOne(models.MBGNBD{}, h, params)
	case "pareto-nbd":
		return fitOne(models.ParetoNBD{}, h, params)
	}
	return fitOne(models.GammaGamma{}, h.Spending(), params)
}

func fitOne[M fit.Model[M, D], D fit.Data](m M, d D, params []float64) (best, at float64) {
	if params != nil {
		return 0, m.WithParams(params).LogLik(d)
	}
	res, err := fit.MLE(m, d, nil)
	if err != nil {
		panic(err)
	}
	return res.LogLik, 0
}
