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
	Runs                 int
	Seconds              float64
	Params               []float64
	Error                string
}

// comparePeers runs the other programs and this one on the same files, each
// figure of theirs followed by ours, and prints the ratios. A run that was
// interrupted goes on after the last model that it had done.
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
	past, err := openRecord(filepath.Join(dir, "peers-"+which+".jsonl"))
	if err != nil {
		return err
	}
	if err := printPeerHeader(python, which); err != nil {
		return err
	}
	for _, n := range sizes {
		if n > min(limit, 1_000_000) {
			break
		}
		h, err := load(n)
		if err != nil {
			return err
		}
		for _, model := range fitNames {
			err := past.once(fmt.Sprintf("%d %s", n, model), func() ([]string, error) {
				cmd := exec.Command(python, filepath.Join("benchmarks", "peers.py"), which, filepath.Join(dir, strconv.Itoa(n)+".csv"), model)
				cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
				cmd.Stderr = os.Stderr
				return answer(cmd, h)
			})
			if err != nil {
				return err
			}
		}
	}
	return past.remove()
}

func printPeerHeader(python, which string) error {
	version, err := exec.Command(python, "--version").Output()
	if err != nil {
		return err
	}
	describe()
	fmt.Printf("The other programs, under %s: %s; they use one core, this module %d. The same data; medians of the runs, ours of five or more.\n\n",
		strings.TrimSpace(string(version)), strings.Join(pinned[which], ", "), runtime.GOMAXPROCS(0))
	fmt.Println("| program | model | what | customers | runs | seconds | this module | ratio | ℓ below ours |")
	fmt.Println("|---|---|---|---:|---:|---:|---:|---:|---:|")
	return nil
}

// answer prints a line for each row of the program, timing the same on this
// side, and lets the program go on when it is printed.
func answer(cmd *exec.Cmd, h *history.Table) (printed []string, err error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var r peerRow
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			continue // what a library prints
		}
		line := compared(r, h)
		fmt.Println(line)
		printed = append(printed, line)
		if _, err := fmt.Fprintln(in); err != nil {
			return nil, err
		}
	}
	return printed, cmd.Wait()
}

// environment makes a virtual environment with the pinned packages, or
// completes it.
func environment(which string) (python string, err error) {
	packages, ok := pinned[which]
	if !ok {
		return "", errors.New("no such program")
	}
	dir := filepath.Join("benchmarks", ".venv-"+which)
	python = filepath.Join(dir, "bin", "python")
	if !exists(python) {
		fmt.Fprintf(os.Stderr, "installing %s into %s, which may take minutes\n", which, dir)
	}
	for _, args := range [][]string{{"python3", "-m", "venv", dir}, append([]string{python, "-m", "pip", "install", "-q", "--disable-pip-version-check"}, packages...)} {
		if text, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %s", strings.Join(args, " "), strings.TrimSpace(string(text)))
		}
	}
	return python, nil
}

// compared is the line of the table for a row.
func compared(r peerRow, h *history.Table) string {
	n := h.Len()
	if r.Error != "" {
		return fmt.Sprintf("| %s | %s | %s | %d | | fails: %s | | | |", r.Program, r.Model, r.What, n, r.Error)
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
	return fmt.Sprintf("| %s | %s | %s | %d | %d | %.4g | %.4g | %s× | %s |", r.Program, r.Model, r.What, n, r.Runs, r.Seconds, ours, ratio(r.Seconds/ours), gap)
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
