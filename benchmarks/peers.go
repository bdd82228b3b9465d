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
	"pymc":      {"pymc-marketing==0.19.2"},
}

// A peerRow is one line of peers.py.
type peerRow struct {
	Program, Model, What string
	Customers            int
	Seconds              float64
	Params               []float64
	Error                string
}

// comparePeers runs the other programs and this one on the same files, one
// after the other in one go, and prints the ratios.
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
	fmt.Printf("%s; the other programs use one core, this module %d; the same files, medians, one run.\n\n", processor(), runtime.GOMAXPROCS(0))
	fmt.Println("| program | model | what | customers | seconds | this module | ratio | ℓ below ours |")
	fmt.Println("|---|---|---|---:|---:|---:|---:|---:|")
	cmd := exec.Command(python, filepath.Join("benchmarks", "peers.py"), which, dir, strconv.Itoa(limit))
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var rows []peerRow
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var r peerRow
		if err := json.Unmarshal(lines.Bytes(), &r); err == nil {
			rows = append(rows, r)
		}
	}
	if err := cmd.Wait(); err != nil {
		return err
	}
	tables := map[int]*history.Table{}
	for _, r := range rows {
		if tables[r.Customers] == nil {
			if tables[r.Customers], err = load(r.Customers); err != nil {
				return err
			}
		}
		printRatio(r, tables[r.Customers])
	}
	return nil
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
		fmt.Printf("| %s | %s | %s | %d | fails: %s | | | |\n", r.Program, r.Model, r.What, r.Customers, r.Error)
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
		ours, _ = median(5, func() { batch(r.Model, r.What, h) })
	}
	fmt.Printf("| %s | %s | %s | %d | %.4g | %.4g | %.0f× | %s |\n", r.Program, r.Model, r.What, r.Customers, r.Seconds, ours, r.Seconds/ours, gap)
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

// batch evaluates one quantity for all customers as a service or a command
// would: equal states share what they can.
func batch(model, what string, h *history.Table) {
	name := model + ":" + what
	if what == "CLV over 12 months" {
		name = model + ":discounted, a year"
	}
	predictions[name](h)
}
