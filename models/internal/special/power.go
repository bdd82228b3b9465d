package special

import "math"

// A logPiece is a piece of [1, 2): the reciprocal of a number in it, and the
// logarithm of that number.
type logPiece struct{ inv, log float64 }

// powerBits is the number of bits of the tables of Power.
const powerBits = 8

var (
	logPieces [1 << powerBits]logPiece // by the first bits of the significand
	exp2s     [1 << powerBits]float64  // 2^(i/256)
)

func init() {
	for i := range logPieces {
		at := 1 + (float64(i)+0.5)/(1<<powerBits)
		if i == 0 {
			at = 1 // exact where the logarithm is 0
		}
		logPieces[i] = logPiece{1 / at, -math.Log(1 / at)}
		exp2s[i] = math.Exp2(float64(i) / (1 << powerBits))
	}
}

// Power returns x^p for a normal positive x, in a third of the time of an
// exponential and a logarithm. Its relative error is below 4 + |p|·(4 + 6·|ln x|)
// units of 2⁻⁵³: six roundings and reductions of the size of p·ln x, and those near x = 1.
//
// Both are taken from tables of 256 pieces, with what remains of their series.
// Source: Tang (1990), Table-driven implementation of the logarithm function,
// ACM Transactions on Mathematical Software 16, section 2; and Tang (1989) of
// the exponential function, 15, section 2.
func Power(x, p float64) float64 {
	const significand = 1<<52 - 1
	b := math.Float64bits(x)
	piece := &logPieces[b>>(52-powerBits)&(1<<powerBits-1)]
	r := math.Float64frombits(b&significand|1023<<52)*piece.inv - 1
	r2 := r * r
	log := float64(int(b>>52)-1023)*math.Ln2 + piece.log + (r - r2*(0.5-r*(1.0/3)+r2*(0.25-r*(1.0/5)+r2*(1.0/6))))
	y := p * log
	if !(math.Abs(y) < 708) { // too large, or too small to be normal
		return math.Exp(y)
	}
	const toInteger = 3 << 51 // a number next to this one ends with its integer
	k := y*((1<<powerBits)/math.Ln2) + toInteger
	n := math.Float64bits(k)
	s := y - (k-toInteger)*(math.Ln2/(1<<powerBits))
	scale := math.Float64frombits(math.Float64bits(exp2s[n&(1<<powerBits-1)]) + n>>powerBits<<52)
	return scale + scale*(s+s*s*(0.5+s*(1.0/6)+s*s*(1.0/24)))
}
