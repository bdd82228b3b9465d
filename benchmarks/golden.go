package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

// A goldenRow gives the numbers of a row by their column.
type goldenRow map[string]float64

func (g goldenRow) customer() history.Customer {
	return history.Customer{Frequency: int(g["x"]), Recency: g["t_x"], T: g["T"], Spend: math.NaN()}
}

// A check compares one column of golden files with a quantity.
type check struct {
	quantity, file, column string
	got                    func(g goldenRow) float64
	ofValue                bool // the logarithm is taken here, of a value that may be below the least number
}

func bgChecks(prefix string, model func(g goldenRow) purchaseModel) []check {
	return []check{
		{"ℓ", prefix + "_ll.csv", "ll", func(g goldenRow) float64 { return model(g).LogLikOf(g.customer()) }, false},
		{"P(alive)", prefix + "_ll.csv", "p_alive", func(g goldenRow) float64 { return model(g).ProbAlive(g.customer()) }, false},
		{"P(alive at T+t)", prefix + "_future.csv", "p_alive_future", func(g goldenRow) float64 { return model(g).ProbAliveAt(g.customer(), g["s"]) }, false},
		{"E[X(T,T+t)]", prefix + "_cond.csv", "ey", func(g goldenRow) float64 { return model(g).CondExpected(g.customer(), g["t"]) }, false},
		{"E[X(t)]", prefix + "_expect.csv", "ex", func(g goldenRow) float64 { return model(g).Expected(g["t"]) }, false},
		{"ln P(X(t) = n)", prefix + "_pmf.csv", "ln_pmf", func(g goldenRow) float64 { return model(g).LogProb(int(g["n"]), g["t"]) }, false},
		{"ln P(X(T,T+t) = n)", prefix + "_condpmf.csv", "ln_pmf", func(g goldenRow) float64 { return model(g).LogCondProb(g.customer(), int(g["y"]), g["t"]) }, false},
		{"DERT, DET", prefix + "_dert.csv", "dert", func(g goldenRow) float64 {
			if math.IsInf(g["h"], 1) {
				return model(g).DERT(g.customer(), g["delta"])
			}
			return model(g).DET(g.customer(), g["h"], g["delta"])
		}, false},
		{"E[λ]", prefix + "_posterior.csv", "e_lambda", func(g goldenRow) float64 { return model(g).Posterior(g.customer()).MeanRate }, false},
	}
}

func paretoChecks() []check {
	model := func(g goldenRow) purchaseModel {
		return models.ParetoNBD{R: g["r"], Alpha: g["alpha"], S: g["s"], Beta: g["beta"]}
	}
	return []check{
		{"ℓ", "pnbd_ll.csv", "ll", func(g goldenRow) float64 { return model(g).LogLikOf(g.customer()) }, false},
		{"ln P(alive)", "pnbd_ll.csv", "log_p_alive", func(g goldenRow) float64 { return math.Log(model(g).ProbAlive(g.customer())) }, true},
		{"ln P(alive at T+t)", "pnbd_cond.csv", "log_p_alive_t", func(g goldenRow) float64 { return math.Log(model(g).ProbAliveAt(g.customer(), g["t"])) }, true},
		{"ln E[X(T,T+t)]", "pnbd_cond.csv", "log_ce", func(g goldenRow) float64 { return math.Log(model(g).CondExpected(g.customer(), g["t"])) }, true},
		{"E[X(t)]", "pnbd_expect.csv", "e_x", func(g goldenRow) float64 { return model(g).Expected(g["t"]) }, false},
		{"ln P(X(t) = n)", "pnbd_pmf.csv", "log_pmf", func(g goldenRow) float64 { return model(g).LogProb(int(g["n"]), g["t"]) }, false},
		{"ln P(X(T,T+t) = n)", "pnbd_cond.csv", "log_cpmf", func(g goldenRow) float64 { return model(g).LogCondProb(g.customer(), int(g["n"]), g["t"]) }, false},
		{"ln P(order in t)", "pnbd_cond.csv", "log_p_active", func(g goldenRow) float64 { return math.Log(model(g).ProbOrder(g.customer(), g["t"])) }, true},
		{"DET", "pnbd_expect.csv", "det_t", func(g goldenRow) float64 { return model(g).DET(history.Customer{}, g["t"], g["delta"]) }, false},
		{"DERT", "pnbd_expect.csv", "det_inf", func(g goldenRow) float64 { return model(g).DERT(history.Customer{}, g["delta"]) }, false},
		{"E[λ]", "pnbd_ll.csv", "e_lambda", func(g goldenRow) float64 { return model(g).Posterior(g.customer()).MeanRate }, false},
	}
}

func spendChecks() []check {
	model := func(g goldenRow) models.GammaGamma { return models.GammaGamma{P: g["p"], Q: g["q"], V: g["gamma"]} }
	of := func(g goldenRow) history.Customer { return history.Customer{Frequency: int(g["x"]), Spend: g["zbar"]} }
	return []check{
		{"ℓ", "gg_ll.csv", "ll", func(g goldenRow) float64 { return model(g).LogDensity(int(g["x"]), g["zbar"]) }, false},
		{"E[M]", "gg_cond.csv", "e_m", func(g goldenRow) float64 { return model(g).ExpectedSpend(of(g)) }, false},
		{"Var[M]", "gg_cond.csv", "var_m", func(g goldenRow) float64 { return model(g).Variance(of(g)) }, false},
		{"P(total of y ≤ s)", "gg_cond.csv", "cdf", func(g goldenRow) float64 { return model(g).ProbTotal(of(g), int(g["y"]), g["s"]) }, false},
	}
}

// printErrors prints the worst error of every quantity, relative to
// max(1, |value|) for ℓ and other logarithms and to the value else, and the
// worst in units of the file's own tolerance where it has one.
func printErrors(folder string) error {
	fmt.Println("\nWorst errors against the golden vectors: parameters 1e-4 … 1e4, x to 1e5, t_x = T, a → 1, s → 1, α → β.")
	fmt.Println("Logarithms relative to max(1, |value|), the rest to the value; the last column in units of the tolerance that the vectors carry.")
	fmt.Println()
	fmt.Println("| model | quantity | rows | worst relative error | of the tolerance |")
	fmt.Println("|---|---|---:|---:|---:|")
	bg := func(g goldenRow) purchaseModel {
		return models.BGNBD{R: g["r"], Alpha: g["alpha"], A: g["a"], B: g["b"]}
	}
	mbg := func(g goldenRow) purchaseModel {
		return models.MBGNBD{R: g["r"], Alpha: g["alpha"], A: g["a"], B: g["b"]}
	}
	for _, family := range []struct {
		name, folder string
		checks       []check
	}{
		{"BG/NBD", "bg", bgChecks("bgnbd", bg)}, {"MBG/NBD", "bg", bgChecks("mbgnbd", mbg)},
		{"Pareto/NBD", "pareto", paretoChecks()}, {"Gamma-Gamma", "bg", spendChecks()},
	} {
		for _, c := range family.checks {
			rows, err := readGolden(filepath.Join(folder, family.folder, c.file))
			if err != nil {
				return err
			}
			n, worst, units := c.run(rows)
			tolerance := ""
			if units > 0 {
				tolerance = fmt.Sprintf("%.2f", units)
			}
			fmt.Printf("| %s | %s | %d | %.1e | %s |\n", family.name, c.quantity, n, worst, tolerance)
		}
	}
	return nil
}

// run returns the number of finite rows and the worst errors.
func (c check) run(rows []goldenRow) (n int, worst, units float64) {
	logarithm := c.quantity == "ℓ" || c.quantity[0] == 'l'
	for _, g := range rows {
		want := g[c.column]
		if math.IsNaN(want) || math.IsInf(want, 0) || (c.column == "e_m" && g["x"] == 0) || (c.ofValue && want < -700) {
			continue
		}
		got := c.got(g)
		n++
		e := math.Abs(got - want)
		if tol := g["tol_"+c.column]; tol > 0 {
			units = max(units, e/tol)
		}
		scale := math.Abs(want)
		if logarithm {
			scale = max(1, scale)
		}
		if e > 0 {
			worst = max(worst, e/max(scale, 1e-300))
		}
	}
	return n, worst, units
}

// readGolden reads a file of vectors: a comment line, a header, numbers; a
// first column of words is left out.
func readGolden(path string) ([]goldenRow, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.Comment = '#'
	lines, err := in.ReadAll()
	if err != nil {
		return nil, err
	}
	var rows []goldenRow
	for _, line := range lines[1:] {
		g := goldenRow{}
		for i, name := range lines[0] {
			if v, err := strconv.ParseFloat(line[i], 64); err == nil {
				g[name] = v
			}
		}
		rows = append(rows, g)
	}
	return rows, nil
}
