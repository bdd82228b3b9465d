package main

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// timeDecisions runs every command that reads a log on one of so many customers,
// each once and alone, and prints what it took.
func timeDecisions(customers int, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	clv := filepath.Join(dir, "clv")
	if err := exec.Command("go", "build", "-o", clv, "./cmd/clv").Run(); err != nil {
		return err
	}
	d := decisions{clv: clv, dir: dir, customers: customers}
	if err := d.prepare(); err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, %s; %d customers, each line one run.\n\n", processor(), runtime.NumCPU(), runtime.Version(), customers)
	fmt.Println("| command | wall s | CPU s | peak MB |\n|---|---:|---:|---:|")
	for _, j := range d.commands() {
		u, err := j.run()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == 3 { // clv monitor: the model does not hold
			err = nil
		}
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %.1f | %.1f | %.0f |\n", j.name, u.wall, u.cpu, float64(u.peak)/1e6)
	}
	return nil
}

type decisions struct {
	clv, dir  string
	customers int
}

func (d *decisions) file(name string) string { return filepath.Join(d.dir, name) }

// prepare makes a log of purchases at random, one of regular purchases, a file of
// channels, a model of the end of each log and one that has half a year to go.
func (d *decisions) prepare() error {
	log := d.file("log.csv")
	if err := say(exec.Command(d.clv, "simulate", "--quiet", "--params", "r=0.25,alpha=4.4,a=0.8,b=2.4", "--spend-params", "p=6.25,q=3.74,v=15.44",
		"--customers", fmt.Sprint(d.customers), "--entry", "100w", "--span", "156w", "--out", log)); err != nil {
		return err
	}
	err := errors.Join(
		writeLines(d.file("regular.csv"), "customer_id,date,amount", d.customers, regularBuyer),
		writeLines(d.file("channels.csv"), "customer_id,channel", d.customers, func(rng *rand.Rand, i int, w *bufio.Writer) {
			fmt.Fprintf(w, "C%0*d,%s\n", len(fmt.Sprint(d.customers)), i+1, []string{"search", "social", "store", "partner"}[rng.IntN(4)])
		}),
		os.WriteFile(d.file("options.csv"), []byte("name,kind,cap,cost,value,response,doubling\nsearch,channel,50000,,,,20000\nsocial,channel,,,,,\nwinback,list,90000,1,30,0.05,\n"), 0o644))
	if err != nil {
		return err
	}
	for _, args := range [][]string{{"--in", log, "--out", d.file("model.json")}, {"--in", d.file("regular.csv"), "--out", d.file("regular.json")},
		{"--in", log, "--cut", "2026-06-30", "--out", d.file("past.json")}} {
		if err := say(exec.Command(d.clv, append([]string{"fit", "--quiet"}, args...)...)); err != nil {
			return err
		}
	}
	return nil
}

// regularBuyer writes the purchases of a customer whose gaps are gamma distributed
// with shape 3.
func regularBuyer(rng *rand.Rand, i int, w *bufio.Writer) {
	mean := 20 + 200*rng.Float64()
	for day := 365 * rng.Float64(); day < 730; day += mean * (rng.ExpFloat64() + rng.ExpFloat64() + rng.ExpFloat64()) / 3 {
		date := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(day))
		fmt.Fprintf(w, "C%07d,%s,%.2f\n", i+1, date.Format(time.DateOnly), 30*math.Exp(0.5*rng.NormFloat64()))
		if rng.Float64() < 0.1 {
			return
		}
	}
}

// writeLines writes a header and what a customer's function writes for each.
func writeLines(path, header string, customers int, write func(rng *rand.Rand, i int, w *bufio.Writer)) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, header)
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range customers {
		write(rng, i, w)
	}
	return errors.Join(w.Flush(), f.Close())
}

// commands are those that are timed, each a way of one step.
func (d *decisions) commands() (all []journey) {
	log, model, out := []string{"--in", d.file("log.csv")}, []string{"--model-file", d.file("model.json")}, d.file("out")
	add := func(name string, args ...[]string) {
		line := []string{d.clv}
		for _, a := range args {
			line = append(line, a...)
		}
		all = append(all, journey{name: name, args: [][]string{line}})
	}
	words := func(s ...string) []string { return s }
	quiet, csv, text := words("--quiet"), words("--out", out+".csv"), words("--out", out+".txt")
	channels := words("--segments", d.file("channels.csv"))
	add("fit", words("fit"), quiet, log, words("--out", d.file("again.json")))
	add("predict", words("predict"), quiet, log, model, csv, words("--horizon", "12m"))
	add("simple", words("simple"), quiet, log, model, text)
	add("simple, by channel", words("simple"), quiet, log, model, text, channels, words("--segment", "channel"))
	add("acquire", words("acquire"), quiet, log, text)
	add("acquire, by channel", words("acquire", "--json"), quiet, log, channels, words("--by", "channel", "--cac", "12", "--out", d.file("acquire.json")))
	add("budget, from that", words("budget", "--options", d.file("options.csv"), "--acquisition", d.file("acquire.json"), "--budget", "1000000"), quiet, text)
	for _, list := range []string{"risk", "winback", "rising", "unprofitable", "top"} {
		add("list "+list+", in full", words("list", list), quiet, log, model, csv, words("--margin", "0.3", "--cost-per-order", "11"))
	}
	add("list reorder, in full, of regular purchases", words("list", "reorder", "--in", d.file("regular.csv"), "--model-file", d.file("regular.json")), quiet, csv)
	add("list risk, by channel, cost alive, group left alone", words("list", "risk"), quiet, log, model, csv, channels,
		words("--by", "channel", "--cost-alive", "1/y", "--holdout", "15%"))
	add("segment", words("segment"), quiet, log, model, text)
	add("segment --since, a row a customer", words("segment", "--rows", "--since", "180d"), quiet, log, model, csv)
	add("cohort", words("cohort"), quiet, log, text)
	add("cohort, with a model, by channel", words("cohort"), quiet, log, model, text, channels, words("--by", "channel"))
	add("drivers, of the customers", words("drivers"), quiet, log, model, text, words("--margin", "0.3", "--cost-per-order", "2"))
	add("predict --interval", words("predict"), quiet, log, model, csv, words("--horizon", "12m", "--interval", "80%"))
	add("forecast", words("forecast"), quiet, log, model, text, words("--horizon", "12m"))
	add("monitor", words("monitor"), quiet, log, words("--model-file", d.file("past.json")), text)
	add("report", words("report"), quiet, log, words("--out", out+".html"))
	add("evaluate", words("evaluate"), quiet, log, text, words("--cut", "2026-06-30"))
	return all
}
