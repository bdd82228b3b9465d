package models

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/predictive-clv/clv/history"
)

// CDNOW, 39 weeks: the published estimates, recomputed to these digits.
var cdnowPareto = ParetoNBD{0.553277, 10.5776829, 0.6062398, 11.6687283}

func TestParetoNBDPublished(t *testing.T) {
	approx(t, "E[X(52)]", cdnowPareto.Expected(52), 1.473434, 1e-6)
	// CDNOW customer 1516, published from estimates that agree with these to
	// about 1e-5.
	best := history.Customer{Frequency: 26, Recency: 216.0 / 7, T: 31}
	approx(t, "P(alive) of 1516", cdnowPareto.ProbAlive(best), 0.997874, 1e-6)
	approx(t, "E[Y(52)] of 1516", cdnowPareto.CondExpected(best, 52), 25.45647, 1e-4)
}

// paretoTable returns n customers of the model, observed for 27 to 39 weeks.
func paretoTable(m ParetoNBD, n int) *history.Table {
	rng := rand.New(rand.NewPCG(20240607, 3))
	h := &history.Table{}
	for range n {
		T := float64(27*7+rng.IntN(12*7)) / 7
		c := m.Simulate(rng, T).Customer(T)
		c.Recency = math.Ceil(c.Recency*7) / 7 // whole days, so that rows coincide
		h.Append(c)
	}
	return h
}

func TestParetoNBDBatch(t *testing.T) {
	h := paretoTable(cdnowPareto, 5000)
	var sum float64
	var grad, one [4]float64
	var hess, each [16]float64
	for i := range h.Len() {
		sum += cdnowPareto.HessianOf(each[:], one[:], h.Customer(i))
		for k := range grad {
			grad[k] += one[k]
		}
		for k := range hess {
			hess[k] += each[k]
		}
	}
	var g [4]float64
	var H [16]float64
	for name, table := range map[string]*history.Table{"rows": h, "states": h.Compress()} {
		approx(t, name+": ℓ", cdnowPareto.LogLik(table), sum, 1e-13)
		approx(t, name+": ℓ of Score", cdnowPareto.Score(g[:], table), sum, 1e-13)
		for k := range grad {
			approx(t, name+": score", g[k], grad[k], 1e-10) // sums of terms that cancel
		}
		approx(t, name+": ℓ of Hessian", cdnowPareto.Hessian(H[:], g[:], table), sum, 1e-13)
		for k := range hess {
			approx(t, name+": Hessian", H[k], hess[k], 1e-11)
		}
	}
	if c := h.Compress(); c.Len() >= h.Len() {
		t.Errorf("%d customers have %d states: no weights tested", h.Len(), c.Len())
	}
}

// The sums have the same bits for any number of workers.
func TestParetoNBDDeterministic(t *testing.T) {
	h := paretoTable(cdnowPareto, 5000)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var want, got [21]float64
	want[0] = cdnowPareto.Hessian(want[1:17], want[17:], h)
	for _, workers := range []int{2, 3, 8} {
		runtime.GOMAXPROCS(workers)
		got[0] = cdnowPareto.Hessian(got[1:17], got[17:], h)
		if got != want {
			t.Errorf("%d workers: %v, one: %v", workers, got, want)
		}
	}
}

// differentiable is what a finite-difference check needs of a model.
type differentiable[M any] interface {
	Params() []float64
	WithParams(p []float64) M
	LogLik(h *history.Table) float64
	Score(grad []float64, h *history.Table) float64
	Hessian(hess, grad []float64, h *history.Table) float64
}

// checkDerivatives compares score and Hessian with central differences over a
// relative step of 1e-4, whose own error is of the order of 1e-8 of ℓ or of the
// largest second derivative.
func checkDerivatives[M differentiable[M]](t *testing.T, m M, h *history.Table) {
	t.Helper()
	p := m.Params()
	k := len(p)
	grad, hess := make([]float64, k), make([]float64, k*k)
	l := m.Hessian(hess, grad, h)
	up, down := make([]float64, k), make([]float64, k)
	for i := range p {
		step := 1e-4 * p[i]
		q := m.Params()
		q[i] = p[i] + step
		above := m.WithParams(q).Score(up, h)
		q[i] = p[i] - step
		below := m.WithParams(q).Score(down, h)
		if d := (above - below) / (2 * step); math.Abs(d-grad[i])*p[i] > 1e-7*math.Abs(l) {
			t.Errorf("%+v: score %d = %.12g, difference quotient %.12g", m, i, grad[i], d)
		}
		for j := range p {
			d := (up[j] - down[j]) / (2 * step)
			if math.Abs(d-hess[k*i+j])*p[i]*p[j] > 1e-7*math.Abs(l) {
				t.Errorf("%+v: Hessian %d,%d = %.12g, difference quotient %.12g", m, i, j, hess[k*i+j], d)
			}
			if hess[k*i+j] != hess[k*j+i] {
				t.Errorf("%+v: Hessian is not symmetric", m)
			}
		}
	}
}

func TestParetoNBDDerivatives(t *testing.T) {
	h := paretoTable(cdnowPareto, 300)
	for _, m := range []ParetoNBD{
		cdnowPareto,
		{1.7, 3, 2, 3},      // α = β
		{0.3, 40, 1, 2},     // s = 1
		{30, 600, 0.01, 90}, // nearly homogeneous, hardly any dropout
		{0.6, 11, 500, 2e4}, // exponential lifetimes
	} {
		checkDerivatives(t, m, h)
	}
}

// A model with its own parameters exact in the mean has a score of mean 0: at
// |z| ≤ 4, four of them fail by chance in 0.03 % of seeds.
func TestParetoNBDScoreOfTruth(t *testing.T) {
	score := func(m ParetoNBD) (worst float64) {
		h := paretoTable(cdnowPareto, 20000)
		scores := make([][]float64, 4)
		var grad [4]float64
		for i := range h.Len() {
			m.ScoreOf(grad[:], h.Customer(i))
			for k, g := range grad {
				scores[k] = append(scores[k], g)
			}
		}
		z := zScores{}
		for k, name := range m.ParamNames() {
			z.add(name, scores[k], 0)
		}
		_, worst = z.worst()
		return math.Abs(worst)
	}
	if z := score(cdnowPareto); z > maxZ {
		t.Errorf("score at the truth has |z| = %.2f", z)
	}
	wrong := cdnowPareto
	wrong.Alpha *= 1.1
	if z := score(wrong); z <= maxZ {
		t.Errorf("score of a wrong α has only |z| = %.2f", z)
	}
}

func TestParetoNBDSimulation(t *testing.T) {
	truth, wrong := ParetoNBD{0.9, 6, 0.7, 20}, ParetoNBD{1.05, 6, 0.7, 20}
	for name, scores := range map[string]func(m, truth bgModel) zScores{"paths": simulationScores, "draws": drawScores} {
		what, z := scores(truth, truth).worst()
		if math.Abs(z) > maxZ {
			t.Errorf("%s: %s: z = %.2f", name, what, z)
		}
		t.Logf("%s: largest |z|: %s, %.2f", name, what, z)
		if what, z := scores(wrong, truth).worst(); math.Abs(z) <= maxZ {
			t.Errorf("%s: predictions of a wrong r pass: largest |z| is that of %s, %.2f", name, what, z)
		}
	}
}

// Starting values follow the unit of time and lie near a fit's parameters.
func TestParetoNBDStarts(t *testing.T) {
	h := paretoTable(cdnowPareto, 3000)
	h.Unit = history.Week
	days := h.In(history.Day)
	for i, s := range cdnowPareto.Starts(h) {
		d := cdnowPareto.Starts(days)[i]
		approx(t, "r", d.R, s.R, 1e-13)
		approx(t, "α", d.Alpha, 7*s.Alpha, 1e-13)
		approx(t, "s", d.S, s.S, 1e-13)
		approx(t, "β", d.Beta, 7*s.Beta, 1e-13)
		if gap := (cdnowPareto.LogLik(h) - s.LogLik(h)) / 3000; !(gap > 0 && gap < 0.3) {
			t.Errorf("start %d is %g below the truth in ℓ for each customer", i, gap)
		}
	}
	none := &history.Table{}
	none.Append(history.Customer{T: 30}, history.Customer{T: 20})
	for _, s := range (ParetoNBD{}).Starts(none) {
		if l := s.LogLik(none); !(l < 0) || math.IsInf(l, 0) {
			t.Errorf("start %+v of customers without purchases has ℓ = %v", s, l)
		}
	}
}
