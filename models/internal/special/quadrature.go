package special

import "math"

// cutDrop is how far below its greatest value the exponent of an integrand may
// fall before the interval ends: e^−38 is less than half a unit in the last
// place of the integral.
const cutDrop = 38

// The nodes that Gauss–Legendre needs for ∫e^h over an interval, h concave and
// analytic within π of the real line: nodeCount[i][j] for an h that falls by at
// most drops[i] over a length of at most lengths[j], one more row and column for
// anything above. They leave a relative error of 1e-14 in the integral and in
// the moments of the Pareto/NBD kernel (4e-14 in the last three columns).
var (
	drops     = [...]float64{1, 2, 4, 8, 12, 16, 24, 32}
	lengths   = [...]float64{0.25, 0.5, 1, 2, 3, 4, 6, 8, 12, 16, 20}
	nodeCount = [len(drops) + 1][len(lengths) + 1]uint8{
		{6, 8, 10, 10, 14, 16, 20, 24, 28, 40, 56, 80},
		{8, 8, 10, 12, 14, 16, 20, 24, 32, 48, 56, 80},
		{10, 10, 10, 12, 16, 18, 20, 28, 36, 48, 64, 80},
		{12, 12, 12, 14, 16, 18, 24, 28, 36, 48, 56, 80},
		{14, 14, 14, 14, 18, 20, 24, 28, 40, 48, 56, 80},
		{16, 16, 16, 16, 18, 20, 28, 32, 40, 48, 56, 80},
		{18, 18, 18, 18, 18, 24, 28, 32, 40, 56, 64, 80},
		{20, 20, 20, 20, 20, 24, 28, 36, 48, 56, 64, 80},
		{24, 24, 24, 24, 24, 24, 32, 40, 48, 56, 64, 80},
	}
)

// nodesFor returns the entry of nodeCount for a drop and a length.
func nodesFor(drop, length float64) int {
	i, j := 0, 0
	for i < len(drops) && drop > drops[i] {
		i++
	}
	for j < len(lengths) && length > lengths[j] {
		j++
	}
	return int(nodeCount[i][j])
}

// A Concave function returns its value and its slope at y.
type Concave func(y float64) (value, slope float64)

// PeakIntegral returns ∫ e^(h(y)−h(mode)) dy from lo to hi for a concave h with
// its maximum over [lo, hi] at mode. Relative to the peak nothing overflows, and
// the caller can give h(mode) a form that keeps more digits. The bound lo is
// finite and h(lo) may be −Inf; hi may be +Inf if the integral converges.
//
// The interval is split at the mode and each side ends where h has fallen by
// cutDrop.
func PeakIntegral(h Concave, mode, lo, hi float64) float64 {
	top, _ := h(mode)
	return oneSide(h, top, mode, cutSide(h, top, mode, lo)) + oneSide(h, top, mode, cutSide(h, top, mode, hi))
}

// cutSide returns the end of the part of the interval from mode to end that
// counts. It doubles a step until h has fallen far enough and comes back by
// Newton's method, which stays outside the root since h is concave.
func cutSide(h Concave, top, mode, end float64) float64 {
	const target, enough = cutDrop, 1.1 * cutDrop
	y, step := end, math.Min(1, math.Abs(end-mode)/64)
	if mode > end {
		step = -step
	}
	if v, _ := h(y); !math.IsInf(end, 1) && top-v <= enough {
		return end
	}
	for y = mode + step; math.Abs(y-mode) < math.Abs(end-mode); y = mode + step {
		if v, _ := h(y); top-v >= target {
			break
		}
		step *= 2
	}
	if math.Abs(y-mode) >= math.Abs(end-mode) {
		y = end
	}
	for range 60 {
		v, slope := h(y)
		if math.IsInf(v, -1) || top-v <= enough {
			break
		}
		y += (top - v - target) / slope
	}
	return y
}

// longest is the length of a panel that needs no check.
const longest = 12

// oneSide returns ∫ e^(h(y)−top) dy from the mode to end, as a positive number
// whichever way that is. A long side is taken in panels that double in length:
// what h has of structure lies near the mode, and rules that all begin beyond
// it would agree on a wrong value.
func oneSide(h Concave, top, mode, end float64) float64 {
	length := math.Abs(end - mode)
	if length <= longest {
		last, _ := h(end)
		return math.Abs(legendreSum(h, top, mode, end, top-last))
	}
	var sum float64
	for from, size := 0.0, 1.0*longest; from < length; from, size = from+size, 2*size {
		lo, hi := from, min(from+size, length)
		if end < mode {
			lo, hi = -lo, -hi
		}
		sum += halved(h, top, mode+lo, mode+hi, math.Inf(1))
	}
	return math.Abs(sum)
}

// halved returns the integral over a panel, halved until that makes no
// difference to whole, its value by a single rule.
func halved(h Concave, top, lo, hi, whole float64) float64 {
	mid := lo + (hi-lo)/2
	left := legendreSum(h, top, lo, mid, math.Inf(1))
	right := legendreSum(h, top, mid, hi, math.Inf(1))
	if math.Abs(hi-lo) <= longest || math.Abs(left+right-whole) <= 1e-14*math.Abs(whole) {
		return left + right
	}
	return halved(h, top, lo, mid, left) + halved(h, top, mid, hi, right)
}

// legendreSum returns ∫ e^(h(y)−top) dy from lo to hi by a single rule, with
// eight nodes more than the kernel needs.
func legendreSum(h Concave, top, lo, hi, drop float64) float64 {
	half := (hi - lo) / 2
	x, w := Legendre(min(nodesFor(drop, math.Abs(hi-lo))+8, maxLegendre))
	var sum float64
	for i, t := range x {
		v, _ := h(lo + half*(1+t))
		sum += w[i] * math.Exp(v-top)
	}
	return half * sum
}
