package clv_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// scoringProgram is a program of somebody else that loads a model and scores.
const scoringProgram = `package main

import (
	"fmt"
	"os"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/models"
)

func main() {
	f, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	s, err := models.LoadScorer(f)
	if err != nil {
		panic(err)
	}
	at, _ := history.ParseDate("2025-03-31")
	terms := models.Terms{Horizon: history.Horizon{Value: 12, Unit: history.Month}, Rate: 0.1}
	score := s.Score(history.State{First: at - 364, Last: at - 84, Count: 5, Money: 140}, at, terms)
	fmt.Printf("%.4f\n", score.Order)
}
`

// TestForeignModule builds a program in a module of its own that scores: it
// needs the standard library, gonum and two packages of this module, no cgo and
// no network, and stays below 10 MB.
func TestForeignModule(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("main.go", scoringProgram)
	write("go.mod", "module example.com/shop\n\ngo 1.26.0\n\nrequire "+module+" v0.0.0\n\nreplace "+module+" => "+here+"\n")
	write("go.sum", read(t, "go.sum"))
	goCommand := func(args ...string) string {
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	goCommand("build", "-o", "shop", ".")
	ours := 0
	for _, path := range strings.Fields(goCommand("list", "-deps", ".")) {
		switch {
		case stdlib(path) || path == "example.com/shop" || strings.HasPrefix(path, "gonum.org/v1/gonum/"):
		case path == module+"/models" || path == module+"/history" || strings.HasPrefix(path, module+"/models/internal/"):
			ours++
		default:
			t.Errorf("a program that scores depends on %s", path)
		}
		if path == "net" || path == "net/http" || path == "runtime/cgo" || path == "database/sql" {
			t.Errorf("a program that scores depends on %s", path)
		}
	}
	if ours < 3 {
		t.Errorf("%d packages of ours: the test sees nothing", ours)
	}
	info, err := os.Stat(filepath.Join(dir, "shop"))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB", float64(info.Size())/1e6)
	if info.Size() >= 10_000_000 {
		t.Errorf("the program has %d bytes, want less than 10 MB", info.Size())
	}
	out, err := exec.Command(filepath.Join(dir, "shop"), "testdata/model.json").Output()
	if err != nil || string(out) != "0.7193\n" { // 0.7190 in 52 weeks, see models/scorer_test.go, and a year is 52.18
		t.Errorf("the program says %q, %v", out, err)
	}
}
