package special

import "math"

// A ParetoIntegral is the integral over the time of dropout to which the
// likelihood of the Pareto/NBD model and its kin reduces,
//
//	∫₀ᵂ (1 + v/A)^(−P)·(1 + v/B)^(−Q) dv    for A, B > 0, P, Q ≥ 0 and W ≥ 0.
//
// With m = min(A, B) and v = m·(e^y−1) it becomes m·∫e^h(y) dy over
// 0 ≤ y ≤ ln(1 + W/m),
//
//	h(y) = (1−a)·y − b·ln(1 + (e^y−1)/d),    d = max(A, B)/m,
//
// where a is the exponent that goes with m and b the other. h is concave and
// analytic within π of the real line, and it varies on a scale of 1 whatever the
// parameters, except for an exponential decay, which is cut off. So 6 to 80
// Gauss–Legendre nodes serve the integral and all moments under its integrand.
type ParetoIntegral struct{ P, Q, A, B, W float64 }

// MaxParetoNodes is the greatest number of nodes of a [ParetoNodes].
const MaxParetoNodes = 80

// ParetoNodes holds a ParetoIntegral evaluated: its value, and the nodes and
// normalised weights with which the mean of f(v) under the integrand is
// Σ Weight[i]·f(V[i]). The first N entries of the arrays are in use. It is a
// few kilobytes: kernels keep one and set it for each row.
type ParetoNodes struct {
	N          int
	Value      float64 // the integral
	EndA, EndB float64 // ln(1+W/A) and ln(1+W/B)

	V, Weight  [MaxParetoNodes]float64
	LogA, LogB [MaxParetoNodes]float64 // ln(1+V/A) and ln(1+V/B)
}

// Set evaluates k. The relative error of Value and of the moments is about
// 1e-14 for W/min(A, B) up to 1e9.
func (n *ParetoNodes) Set(k ParetoIntegral) {
	e, m := k.exponent()
	n.N, n.Value = 0, 0
	n.EndA, n.EndB = math.Log1p(k.W/k.A), math.Log1p(k.W/k.B)
	near, far, end, endFar := &n.LogA, &n.LogB, n.EndA, n.EndB
	if m != k.A {
		near, far, end, endFar = far, near, endFar, end
	}
	if end == 0 {
		return
	}
	end, drop := e.cut(end, k.W/m, endFar)
	n.N = nodesFor(drop, end)
	sum := n.fill(e, end/2, near[:n.N], far[:n.N])
	v, weight := n.V[:n.N], n.Weight[:n.N]
	for i := range v {
		v[i] *= m
		weight[i] /= sum
	}
	n.Value = m * (end / 2) * sum
}

// fill places the nodes over a length of 2·half, with V in units of m and
// weights that it returns the sum of; near takes ln(1+V) and far ln(1+V/d).
//
// One function a loop: a processor overlaps the calls, which in one chain from
// node to weight would wait for each other (1.5 times as fast).
func (n *ParetoNodes) fill(e exponent, half float64, near, far []float64) (sum float64) {
	x, w := Legendre(n.N)
	v, weight, inv := n.V[:n.N], n.Weight[:n.N], 1/e.d
	for i, t := range x {
		near[i] = half * (1 + t)
		v[i] = math.Expm1(near[i])
	}
	for i, u := range v {
		far[i] = math.Log1p(u * inv)
	}
	for i, l := range far {
		weight[i] = w[i] * math.Exp((1-e.a)*near[i]-e.b*l)
		sum += weight[i]
	}
	return sum
}

// An exponent is h(y) = (1−a)·y − b·ln(1 + (e^y−1)/d), d ≥ 1.
type exponent struct{ a, b, d float64 }

// exponent returns h and m.
func (k ParetoIntegral) exponent() (h exponent, m float64) {
	if k.A <= k.B {
		return exponent{k.P, k.Q, k.B / k.A}, k.A
	}
	return exponent{k.Q, k.P, k.A / k.B}, k.B
}

// at returns h(y) and its slope.
func (e exponent) at(y float64) (value, slope float64) {
	if y > 40 { // the two large terms cancel, and e^y would overflow
		rest := (e.d - 1) * math.Exp(-y)
		rate := e.a + e.b - 1
		return -rate*y + e.b*(math.Log(e.d)-math.Log1p(rest)), -rate + e.b*rest/(1+rest)
	}
	u := math.Expm1(y)
	return (1-e.a)*y - e.b*math.Log1p(u/e.d), (1 - e.a) - e.b*((1+u)/(e.d+u))
}

// mode returns where h is greatest on 0 ≤ y ≤ end.
func (e exponent) mode(end float64) float64 {
	if e.a >= 1 {
		return 0
	}
	top := (e.d - 1) * (1 - e.a) / (e.a + e.b - 1)
	if !(top > 1) {
		return 0
	}
	return min(math.Log(top), end)
}

// cut returns how much of 0 ≤ y ≤ end counts and how far h falls on it, given
// e^y−1 and ln(1 + (e^y−1)/d) at the end.
func (e exponent) cut(end, u, far float64) (y, drop float64) {
	if e.a < 1 {
		return e.cutRising(end, (1-e.a)*end-e.b*far, (1-e.a)-e.b*((1+u)/(e.d+u)))
	}
	if drop = (e.a-1)*end + e.b*far; drop <= 1.1*cutDrop {
		return end, drop
	}
	// Each bound alone makes h at most −cutDrop.
	y = min(end, cutDrop/(e.a-1), math.Log1p(e.d*math.Expm1(cutDrop/e.b)))
	v, slope := e.at(y)
	for i := 0; i < 3 && v < -1.1*cutDrop; i++ {
		y -= (v + cutDrop) / slope
		v, slope = e.at(y)
	}
	return y, -v
}

// cutRising is cut for a < 1, where h may rise before it falls, given h and its
// slope at the end.
func (e exponent) cutRising(end, last, slope float64) (y, drop float64) {
	if slope >= 0 {
		return end, last
	}
	top, _ := e.at(e.mode(end))
	y, v := end, last
	for i := 0; i < 60 && top-v > 1.1*cutDrop; i++ {
		y -= (v - top + cutDrop) / slope
		v, slope = e.at(y)
	}
	return y, max(top-v, top)
}

// wide is the W/min(A, B) up to which the nodes of ParetoNodes are known to
// suffice.
const wide = 1e9

// Log returns the log of the integral, also for W = +Inf if P+Q > 1.
func (k ParetoIntegral) Log() float64 {
	if k.W/min(k.A, k.B) <= wide {
		value, _, _ := k.Value()
		return math.Log(value)
	}
	e, m := k.exponent()
	end := math.Log1p(k.W / m)
	mode := e.mode(end)
	top, _ := e.at(mode)
	return math.Log(m) + top + math.Log(PeakIntegral(e.at, mode, 0, end))
}

// Value returns the integral, ln(1+W/A) and ln(1+W/B), as [ParetoNodes.Set]
// does, in a third of the time: nothing is kept of the nodes.
func (k ParetoIntegral) Value() (value, endA, endB float64) {
	e, m := k.exponent()
	endA, endB = math.Log1p(k.W/k.A), math.Log1p(k.W/k.B)
	end, endFar := endA, endB
	if m != k.A {
		end, endFar = endB, endA
	}
	if end == 0 {
		return 0, endA, endB
	}
	end, drop := e.cut(end, k.W/m, endFar)
	return m * (end / 2) * e.sum(end/2, nodesFor(drop, end)), endA, endB
}

// sum returns the sum of fill's weights by n nodes.
func (e exponent) sum(half float64, n int) (sum float64) {
	x, w := Legendre(n)
	if e.b > 30 { // the rounding of the logarithm, b times, is no longer small
		for i, t := range x {
			y := half * (1 + t)
			sum += w[i] * QuickExp((1-e.a)*y-e.b*math.Log1p(math.Expm1(y)/e.d))
		}
		return sum
	}
	inv := 1 / e.d
	rest := (e.d - 1) * inv
	for i, t := range x {
		y := half * (1 + t)
		sum += w[i] * QuickExp((1-e.a)*y-e.b*QuickLog(rest+inv*QuickExp(y)))
	}
	return sum
}
